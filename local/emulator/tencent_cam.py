"""Tencent Cloud's CAM as documented, as far as a deployment asks it."""

from __future__ import annotations

import uuid

from local.emulator.keys import Key
from local.emulator.message import Received, Reply, to_json
from local.emulator.tencent import ACCOUNT_ID, APP_ID, Api, parameters_of


class TencentCam(Api):
    """Cloud Access Management behind API 3.0: ``GetUserAppId``.

    Source: https://cloud.tencent.com/document/api/598/52394
    """

    name = "tencent-cam"
    scope = "cam"
    version = "2019-01-16"

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Return the account's APPID; raises :class:`Refusal`."""
        self.check(request, "GetUserAppId")
        parameters_of(request, ())
        account = self._cloud.account_ids.get(key.account, ACCOUNT_ID)
        body = {
            "Uin": "100000000002",
            "OwnerUin": account,
            "AppId": APP_ID,
            "RequestId": str(uuid.uuid4()),
        }
        return Reply(body=to_json({"Response": body}))
