"""Starts the local AWS endpoint with five things put right, each an internal of the pinned version.

1. It says which documented S3 condition keys a PUT carries. The emulator leaves them out, so that a policy which demands
   a create-only PUT would refuse every PUT.
2. It names a role, not the role's session, as aws:PrincipalArn, as AWS does. Otherwise a policy which keeps everybody but a
   role away would keep that role away.
3. It takes one random access key, made for this start, for the account's root. The emulator would take the key `test` and
   any twelve digits, with any secret.
4. It keeps what each function prints in a file of its own. The emulator has no log group for a runtime of one's own.
5. It sends the small packets of its runtime API at once. Otherwise each invocation waits 40 ms for a delayed
   acknowledgement, which says nothing about Lambda and hides what the function takes.

A version that has no such internals fails here, at the start.
"""

import os
import socketserver

from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import iam, sts

# Service Authorization Reference, Amazon S3, condition keys of PutObject
PUT_OBJECT_KEYS = {
    "s3:if-none-match": "if-none-match",
    "s3:if-match": "if-match",
    "s3:object-lock-mode": "x-amz-object-lock-mode",
    "s3:object-lock-retain-until-date": "x-amz-object-lock-retain-until-date",
    "s3:object-lock-legal-hold": "x-amz-object-lock-legal-hold",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": "x-amz-server-side-encryption-aws-kms-key-id",
    "s3:x-amz-server-side-encryption-customer-algorithm": "x-amz-server-side-encryption-customer-algorithm",
}

emulated_object_context = iam_actions._s3_object_context


def object_context(action, query, path, headers):
    context = emulated_object_context(action, query, path, headers)
    if action == "s3:PutObject":
        context.update({key: headers[header] for key, header in PUT_OBJECT_KEYS.items() if headers.get(header)})
    return context


iam_actions._s3_object_context = object_context


emulated_condition_key = iam_evaluator._resolve_condition_key


def condition_key(key, context):
    value = emulated_condition_key(key, context)
    if key.lower() == "aws:principalarn" and ":assumed-role/" in value:
        role = iam._roles.get_scoped(context.principal_account, None, iam_evaluator._role_name_from_assumed_arn(value))
        return role["Arn"]
    return value


iam_evaluator._resolve_condition_key = condition_key


with open(os.environ["ROOT_KEY_FILE"], encoding="ascii") as file:
    ROOT_KEY = file.read()
os.remove(os.environ.pop("ROOT_KEY_FILE"))  # the functions inherit this environment


def is_root_access_key(key):
    # no key at all is how the emulator's own parts call each other; a request without one is anonymous before this
    return not key or key == ROOT_KEY


if sts.is_root_access_key is not iam_evaluator.is_root_access_key:
    raise SystemExit("this version decides otherwise which key is the root's")
iam_evaluator.is_root_access_key = is_root_access_key
sts.is_root_access_key = is_root_access_key


LOG_DIRECTORY = os.environ.pop("FUNCTION_LOG_DIRECTORY")


class Copied:
    """A function's output, which is also appended to a file as it is read."""

    def __init__(self, stream, function):
        self.stream = stream
        self.file = open(os.path.join(LOG_DIRECTORY, function + ".log"), "ab", buffering=0)

    def readline(self):
        line = self.stream.readline()
        self.file.write(line)
        return line

    def close(self):
        self.file.close()
        self.stream.close()


emulated_pump_output = lambda_runtime.ProvidedWorker._pump_output


def pump_output(worker, stream, log_queue):
    emulated_pump_output(worker, Copied(stream, worker.func_name), log_queue)


lambda_runtime.ProvidedWorker._pump_output = pump_output


socketserver.StreamRequestHandler.disable_nagle_algorithm = True


from ministack.app import main  # noqa: E402  (only now does the server find all of this in place)

main()
