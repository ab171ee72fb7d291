"""Puts the zips into the bucket, each under its SHA-256, unless it is there."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from local.deployment.cloudformation.aws_command import AwsCommand
from local.deployment.cloudformation.aws_errors import AwsError


class CodeBucket:
    """The bucket with the code.

    Parameters
    ----------
    aws: calls AWS.
    name: the bucket's name.
    account: the account that must own it: names of deleted buckets can be taken by others.
    """

    def __init__(self, aws: AwsCommand, name: str, account: str) -> None:
        self._aws = aws
        self._which = {"Bucket": name, "ExpectedBucketOwner": account}
        self.name = name

    def require(self) -> None:
        """Raise ``AwsError`` unless the bucket is there, in this region and account."""
        try:
            self._aws.call("s3api", "head-bucket", self._which)
        except AwsError as error:
            error.hint = self._hint(error)
            raise

    def _hint(self, error: AwsError) -> str:
        region = self._aws.region
        if error.code in {"404", "NoSuchBucket"}:
            return (
                f"Make it: aws s3 mb s3://{self.name} --region {region}; or correct bucket in the "
                "description."
            )
        if error.code in {"301", "400", "PermanentRedirect"}:
            return f"The bucket is in another region: Lambda wants its code in {region}."
        if error.code in {"403", "AccessDenied"}:
            return (
                f"{self.name} belongs to another account, or s3:ListBucket is not allowed to the "
                "identity that deploys. deploy/policies/aws/deploy_lambda.json has all rights."
            )
        return error.hint

    def has(self, key: str, content: bytes) -> bool:
        """Return whether an object is there with just this content."""
        request = {**self._which, "Key": key, "ChecksumMode": "ENABLED"}
        try:
            found = self._aws.call("s3api", "head-object", request)
        except AwsError as error:
            if error.code in {"404", "NoSuchKey"}:
                return False
            raise
        return found.get("ChecksumSHA256") == checksum(content)

    def put(self, key: str, content: bytes) -> None:
        """Put an object; S3 refuses it if it arrives differently."""
        digest = {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": checksum(content)}
        request = {**self._which, "Key": key, **digest}
        self._aws.put_object(content, request)


def checksum(content: bytes) -> str:
    """Return a SHA-256 as S3 writes it."""
    return b64encode(sha256(content).digest()).decode()
