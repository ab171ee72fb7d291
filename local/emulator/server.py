"""The emulator: each service on a port of this machine, all in one process."""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable
from types import TracebackType

from local.emulator import keys as known
from local.emulator.alibaba import Alibaba
from local.emulator.alibaba_cms import AlibabaCms
from local.emulator.alibaba_kms import AlibabaKms
from local.emulator.alibaba_sts import AlibabaSts
from local.emulator.aws import Aws
from local.emulator.connection import Connection
from local.emulator.cwp import Cwp
from local.emulator.faults import Fault, FaultPlan, FaultQueue, matcher
from local.emulator.huawei import Huawei
from local.emulator.invocations import Invocations, Invoke
from local.emulator.message import Journal, Received
from local.emulator.scf import Scf
from local.emulator.service import Service
from local.emulator.tencent import Tencent
from local.emulator.tencent_cam import TencentCam
from local.emulator.tencent_monitor import TencentMonitor
from local.emulator.tencent_ssm import TencentSsm
from local.emulator.tencent_sts import TencentSts

ENDPOINT_SETTINGS = {
    "edas": "EDAS_ENDPOINT_URL",
    "ehpc": "EHPC_ENDPOINT_URL",
    "cwp": "CWP_ENDPOINT_URL",
    "oms": "OMS_ENDPOINT_URL",
    "modelarts": "MODELARTS_ENDPOINT_URL",
    "iam": "HUAWEI_IAM_ENDPOINT_URL",
    "alibaba-sts": "ALIBABA_STS_ENDPOINT_URL",
    "tencent-sts": "TENCENT_STS_ENDPOINT_URL",
    "lambda": "AWS_ENDPOINT_URL_LAMBDA",
    "fc": "ALIBABA_FC_ENDPOINT_URL",
    "scf": "TENCENT_SCF_ENDPOINT_URL",
    "functiongraph": "HUAWEI_FUNCTIONGRAPH_ENDPOINT_URL",
    "huawei-sts": "HUAWEI_STS_ENDPOINT_URL",
    "tencent-monitor": "TENCENT_MONITOR_ENDPOINT_URL",
    "tencent-cam": "TENCENT_CAM_ENDPOINT_URL",
    "ces": "HUAWEI_CES_ENDPOINT_URL",
    "cms": "ALIBABA_CMS_ENDPOINT_URL",
    "ssm": "TENCENT_SSM_ENDPOINT_URL",
    "kms": "ALIBABA_KMS_ENDPOINT_URL",
    "csms": "HUAWEI_CSMS_ENDPOINT_URL",
}
"""Service -> the setting that names its URL."""


class Emulator:
    """Emulates the providers' services, and the invoke APIs of the four platforms, on loopback.

    Parameters
    ----------
    tls: a server-side context; with it every port speaks HTTPS only.
    ports: service -> port, for those that must be known beforehand; any free one otherwise.
    invoke: runs a function, on a thread of its own, for each asynchronous invocation that one
        of the four platforms takes on; None only notes them.

    Attributes
    ----------
    alibaba, tencent, huawei, aws: what the clouds know; may be read and set while it runs.
    invocations: the runs that the platforms took on.
    received: every request so far.
    clock_offset: seconds by which all the providers' clocks are ahead of this machine's.
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        ports: dict[str, int] | None = None,
        invoke: Invoke | None = None,
    ) -> None:
        self.invocations = Invocations(invoke)
        self.alibaba = Alibaba(self.invocations)
        self.tencent = Tencent(self.invocations)
        self.huawei = Huawei(self.invocations)
        self.aws = Aws(self.invocations)
        self.received = Journal()
        self.clock_offset = 0.0
        self._tls = tls
        self._ports = dict(ports or {})
        self._plans = FaultQueue()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._connections: set[Connection] = set()
        self._accepted = 0
        self._selector = selectors.DefaultSelector()
        self._bell, self._rung = socket.socketpair()
        self._thread: threading.Thread | None = None

    def start(self) -> Emulator:
        """Listen on all ports; can be called once."""
        self._selector.register(self._rung, selectors.EVENT_READ)
        services: list[Service] = [
            *self.alibaba.services(),
            AlibabaSts(self.alibaba),
            AlibabaCms(self.alibaba),
            AlibabaKms(self.alibaba),
            Scf(self.tencent),
            TencentSts(self.tencent),
            TencentMonitor(self.tencent),
            TencentCam(self.tencent),
            TencentSsm(self.tencent),
            Cwp(self.tencent),
            *self.huawei.services(),
            *self.aws.services(),
        ]
        for service in services:
            listener = socket.create_server(
                ("127.0.0.1", self._ports.get(service.name, 0)), backlog=1024
            )
            listener.settimeout(0.0)
            self._ports[service.name] = listener.getsockname()[1]
            self._selector.register(listener, selectors.EVENT_READ, service)
        self._thread = threading.Thread(target=self._accept, name="emulator", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening and close every connection; waiting faults end at once."""
        self._stopping.set()
        self._bell.close()
        if self._thread is not None:
            self._thread.join()
        self.close_connections()

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def url(self, service: str) -> str:
        """Return a service's URL, e.g. ``http://127.0.0.1:40123``."""
        return f"{'https' if self._tls else 'http'}://{self.address(service)}"

    def address(self, service: str) -> str:
        """Return a service's host and port, the endpoint format of the vendors' SDKs."""
        return f"127.0.0.1:{self._ports[service]}"

    def environment(self, *, temporary: bool = False) -> dict[str, str]:
        """Return the settings with which the handlers call this emulator.

        Endpoints, regions, visibly fake storage keys, and a visibly fake key pair
        for each provider; with ``temporary`` pairs with a security token.
        """
        alibaba = known.ALIBABA_TEMPORARY if temporary else known.ALIBABA
        tencent = known.TENCENT_TEMPORARY if temporary else known.TENCENT
        huawei = known.HUAWEI_TEMPORARY if temporary else known.HUAWEI
        settings = {name: self.url(service) for service, name in ENDPOINT_SETTINGS.items()}
        settings |= {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": alibaba.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": alibaba.secret,
            "ALIBABA_CLOUD_REGION_ID": self.alibaba.region,
            "TENCENTCLOUD_SECRET_ID": tencent.access_key_id,
            "TENCENTCLOUD_SECRET_KEY": tencent.secret,
            "TENCENTCLOUD_REGION": "ap-guangzhou",
            "HUAWEICLOUD_SDK_AK": huawei.access_key_id,
            "HUAWEICLOUD_SDK_SK": huawei.secret,
            "HUAWEICLOUD_REGION": "cn-north-4",
            "OMS_SRC_AK": "exampleSourceAk",
            "OMS_SRC_SK": "exampleSourceSk",
            "OMS_DST_AK": "exampleDestinationAk",
            "OMS_DST_SK": "exampleDestinationSk",
        }
        if temporary:
            settings["ALIBABA_CLOUD_SECURITY_TOKEN"] = alibaba.token or ""
            settings["TENCENTCLOUD_TOKEN"] = tencent.token or ""
            settings["HUAWEICLOUD_SDK_SECURITY_TOKEN"] = huawei.token or ""
        return settings

    def inject_fault(
        self,
        service: str,
        fault: Fault,
        times: int | None = 1,
        *,
        method: str | None = None,
        path: str | None = None,
        action: str | None = None,
        when: Callable[[Received], bool] | None = None,
    ) -> FaultPlan:
        """Apply a fault to the next matching requests.

        Parameters
        ----------
        service: e.g. ``cwp``.
        fault: from :mod:`local.emulator.faults`.
        times: for how many requests; None until :meth:`clear`.
        method, path, action: which requests; ``path`` may contain ``*``. A fault that applies
            before the headers are read cannot match by action.
        when: any further condition.
        """
        if service not in ENDPOINT_SETTINGS:
            msg = f"no such service: {service}"
            raise ValueError(msg)
        plan = FaultPlan(fault, service, times, matcher(method, path, action, when))
        self._plans.add(plan)
        return plan

    def clear(self) -> None:
        """Forget the received requests and the injected faults; keep all state."""
        self.received.clear()
        self._plans.clear()

    def close_connections(self, service: str | None = None, *, idle_only: bool = False) -> int:
        """Close the open connections in order, as a load balancer does; return how many."""
        with self._lock:
            chosen = [
                connection
                for connection in self._connections
                if service in {None, connection.service_name} and (connection.idle or not idle_only)
            ]
        for connection in chosen:
            connection.end()
        return len(chosen)

    def now(self) -> float:
        """Return the emulated time, seconds since 1970."""
        return time.time() + self.clock_offset

    def _accept(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select():
                if key.data is not None and isinstance(key.fileobj, socket.socket):
                    self._welcome(key.fileobj, key.data)
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()

    def _welcome(self, listener: socket.socket, service: Service) -> None:
        try:
            sock, _ = listener.accept()
        except OSError:
            return  # the client closed the connection before it was accepted
        sock.settimeout(None)
        self._accepted += 1
        connection = Connection(
            sock,
            service,
            self._accepted,
            tls=self._tls,
            clock=self.now,
            plans=self._plans,
            journal=self.received,
            stopping=self._stopping,
        )
        with self._lock:
            self._connections.add(connection)
        name = f"emulator-{service.name}-{self._accepted}"
        threading.Thread(target=self._serve, args=(connection,), name=name, daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        try:
            connection.serve()
        finally:
            with self._lock:
                self._connections.discard(connection)
