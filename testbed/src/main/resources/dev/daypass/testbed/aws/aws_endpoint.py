"""Starts the local AWS endpoint with eleven things put right, each an internal of the pinned version.

1. It says which documented S3 condition keys a PUT carries. The emulator leaves them out, so that a policy which demands
   a create-only PUT would refuse every PUT.
2. It names a role, not the role's session, as aws:PrincipalArn, as AWS does. Otherwise a policy which keeps everybody but a
   role away would keep that role away.
3. It takes one random access key, made for this start, for the account's root. The emulator would take the key `test` and
   any twelve digits, with any secret.
4. It keeps what each function prints in a file of its own. The emulator has no log group for a runtime of one's own.
5. It sends the small packets of its runtime API at once. Otherwise each invocation waits 40 ms for a delayed
   acknowledgement, which says nothing about Lambda and hides what the function takes.
6. It invokes the subscribers of log groups as Lambda does for every asynchronous event (InvocationType=Event too): a
   failure is retried twice, or as often as the function's event invoke config says, then the event goes to the function's
   dead-letter queue as it was; a throttled event waits and is no failure. The pauses are short, and at most two
   environments of a function work on its events. The emulator delivers a subscription once, whatever comes of it.
7. It hands a log event to subscribers under the id that FilterLogEvents shows. The emulator makes a new one.
8. It refuses the batches that PutLogEvents refuses, and hands out FilterLogEvents page by page. The emulator takes any
   batch, and leaves out what follows the first page.
9. It refuses a subscription of a function that CloudWatch Logs may not invoke. The emulator asks nobody.
10. It says of a KMS request with which algorithm, and of what, a signature is wanted. The emulator leaves these condition keys
    out, so that nobody could sign under a key policy that names them.
11. It leaves what functions print to whoever ships their files. The emulator copies into a function's log group what it has
    read by the time of the answer, and what comes later nowhere.

A version that has no such internals fails here, at the start.
"""

import base64
import bisect
import fnmatch
import gzip
import json
import os
import queue
import socketserver
import threading
import time

from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.core.responses import error_response_json, json_response, new_uuid
from ministack.services import cloudwatch_logs, iam, lambda_svc, sqs, sts

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


emulated_tag_context = iam_actions.request_tag_context


def request_tag_context(service, action, body, params):
    """The condition keys that are made of a request's body."""
    context = emulated_tag_context(service, action, body, params)
    if action in ("kms:Sign", "kms:Verify"):
        request = json.loads(body)
        # Service Authorization Reference, AWS KMS; MessageType is RAW where the request does not say
        context = {
            **context,
            "kms:SigningAlgorithm": request.get("SigningAlgorithm"),
            "kms:MessageType": request.get("MessageType", "RAW"),
        }
    return context


iam_actions.request_tag_context = request_tag_context


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


if not callable(lambda_svc._emit_lambda_logs):
    raise SystemExit("this version keeps what functions print in another way")
lambda_svc._emit_lambda_logs = lambda *_, **__: None


socketserver.StreamRequestHandler.disable_nagle_algorithm = True

# AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation": one minute, then two
RETRY_PAUSES = (0.2, 0.4)
THROTTLE_PAUSE = 0.1
LANES = 2


def event_invoke_config(function):
    return function.get("event_invoke_config") or (function.get("event_invoke_configs") or {}).get("$LATEST") or {}


class AsyncEvents:
    """The events that wait for one function."""

    def __init__(self):
        self.waiting = queue.SimpleQueue()
        for _ in range(LANES):
            threading.Thread(target=self.work, daemon=True).start()

    def put(self, function, event):
        self.waiting.put((function, event, new_uuid(), time.monotonic(), 1))

    def put_later(self, pause, *delivery):
        timer = threading.Timer(pause, self.waiting.put, args=(delivery,))
        timer.daemon = True
        timer.start()

    def work(self):
        while True:
            delivery = self.waiting.get()
            try:
                self.deliver(*delivery)
            except Exception as failure:  # a lane that ends would drop what still waits
                print(f"asynchronous delivery failed: {failure!r}", flush=True)

    def deliver(self, function, event, request, since, attempt):
        settings = event_invoke_config(function)
        retries = settings.get("MaximumRetryAttempts")
        retries = 2 if retries is None else int(retries)
        age = int(settings.get("MaximumEventAgeInSeconds") or 21600)
        result = lambda_svc._execute_function_with_config_scope(function, event)
        if not result.get("error"):
            return
        throttled = bool(result.get("throttle"))
        pause = THROTTLE_PAUSE if throttled else RETRY_PAUSES[min(attempt, len(RETRY_PAUSES)) - 1]
        young = time.monotonic() - since + pause <= age
        if young and throttled:
            self.put_later(pause, function, event, request, since, attempt)
        elif young and attempt <= retries:
            self.put_later(pause, function, event, request, since, attempt + 1)
        else:
            lambda_svc._run_with_function_config_scope(function, give_up, function, event, request, result)


def give_up(function, event, request, result):
    """Sends the event to the function's destination for failures, its dead-letter queue, or both."""
    config = function.get("config") or function
    name = config["FunctionName"]
    destination = ((event_invoke_config(function).get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    if destination:
        lambda_svc._route_async_failure(destination, name, event, result)
    dead_letters = (config.get("DeadLetterConfig") or {}).get("TargetArn")
    if dead_letters:
        region, account, queue_name = dead_letters.split(":")[3:]
        # Lambda sends it as the function; the queue's policy may name nobody else
        iam_evaluator._request_caller_arn.set(config["Role"])
        body = result.get("body")
        message = body.get("errorMessage", "") if isinstance(body, dict) else str(body)
        sqs._act_send_message(
            {
                "QueueUrl": sqs._queue_name_to_url.get_scoped(account, region, queue_name)
                or sqs._queue_url_for_account(account, queue_name),
                "MessageBody": json.dumps(event),
                "MessageAttributes": {
                    "RequestID": {"DataType": "String", "StringValue": request},
                    "ErrorCode": {"DataType": "Number", "StringValue": "429" if result.get("throttle") else "200"},
                    # AWS keeps its first kilobyte; an attribute may not be empty
                    "ErrorMessage": {"DataType": "String", "StringValue": message[:1024] or "unknown"},
                },
            },
            None,
        )
    if not destination and not dead_letters:
        print(f"an event for {name} is lost: it failed, and there is no dead-letter queue", flush=True)


async_events = {}
async_events_lock = threading.Lock()


def invoke_async(function, event):
    arn = (function.get("config") or function)["FunctionArn"]
    with async_events_lock:
        if arn not in async_events:
            async_events[arn] = AsyncEvents()
    async_events[arn].put(function, event)


if not callable(lambda_svc.invoke_async_with_retry) or not callable(lambda_svc._route_async_failure):
    raise SystemExit("this version invokes functions asynchronously in another way")
lambda_svc.invoke_async_with_retry = invoke_async


appended = threading.local()
emulated_append = cloudwatch_logs._append_log_events


def append_log_events(stream, events):
    # the same thread hands the events to the subscribers next, without their ids
    appended.events = events
    emulated_append(stream, events)


def deliver_to_subscribers(group, stream, events):
    stored = getattr(appended, "events", [])
    if [event["message"] for event in stored] != [event.get("message", "") for event in events]:
        raise RuntimeError("what is handed to the subscribers is not what was stored")
    for subscription in cloudwatch_logs._log_groups[group]["subscriptionFilters"].values():
        name = subscription["destinationArn"].rpartition(":function:")[2].split(":")[0]
        matching = [
            {"id": event.get("eventId") or new_uuid(), "timestamp": event["timestamp"], "message": event["message"]}
            for event in stored
            if cloudwatch_logs._subscription_pattern_matches(subscription["filterPattern"], event["message"])
        ]
        function = lambda_svc._functions.get(name)
        if not function:
            print(f"the subscription {subscription['filterName']} of {group} leads to no function: {name}", flush=True)
        elif matching and group != f"/aws/lambda/{name}":
            payload = {
                "messageType": "DATA_MESSAGE",
                "owner": AWS_ACCOUNT,
                "logGroup": group,
                "logStream": stream,
                "subscriptionFilters": [subscription["filterName"]],
                "logEvents": matching,
            }
            data = base64.b64encode(gzip.compress(json.dumps(payload).encode(), compresslevel=1)).decode()
            invoke_async(function, {"awslogs": {"data": data}})


AWS_ACCOUNT = os.environ["MINISTACK_ACCOUNT_ID"]
cloudwatch_logs._append_log_events = append_log_events
if not callable(cloudwatch_logs._fanout_to_subscription_filters):
    raise SystemExit("this version delivers log events in another way")
cloudwatch_logs._fanout_to_subscription_filters = deliver_to_subscribers


emulated_put_log_events = cloudwatch_logs._put_log_events
emulated_filter_log_events = cloudwatch_logs._filter_log_events

# CloudWatch Logs API Reference, PutLogEvents
MOST_EVENTS = 10_000
MOST_BYTES = 1_048_576
BYTES_FOR_EACH_EVENT = 26
DAY = 86_400_000


def put_log_events(data):
    events = data.get("logEvents") or []
    times = [event["timestamp"] for event in events]
    now = time.time() * 1000
    fault = ""
    if not 1 <= len(events) <= MOST_EVENTS:
        fault = f"{len(events)} log events in a batch"
    elif sum(len(event["message"].encode()) + BYTES_FOR_EACH_EVENT for event in events) > MOST_BYTES:
        fault = "Upload too large"
    elif times != sorted(times):
        fault = "Log events in a single PutLogEvents request must be in chronological order."
    elif times[-1] - times[0] > DAY:
        fault = "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
    elif not all(event["message"] for event in events):
        fault = "a log event without a message"
    if fault:
        return error_response_json("InvalidParameterException", fault, 400)
    old = sum(1 for when in times if when < now - 14 * DAY)
    new = sum(1 for when in times if when <= now + DAY // 12)
    status, headers, body = emulated_put_log_events({**data, "logEvents": events[old:new]})
    if status == 200 and (old or new < len(events)):
        rejected = {}
        if old:
            rejected["tooOldLogEventEndIndex"] = old
        if new < len(events):
            rejected["tooNewLogEventStartIndex"] = new
        body = json.dumps({**json.loads(body), "rejectedLogEventsInfo": rejected}).encode()
    return status, headers, body


def filter_log_events(data):
    """A page's token names the time of its last event, and how many events of that time were shown."""
    group = cloudwatch_logs._resolve_log_group_name(data)
    if group not in cloudwatch_logs._log_groups:
        return emulated_filter_log_events(data)
    matches = cloudwatch_logs._compile_filter_pattern(data.get("filterPattern") or "")
    names = data.get("logStreamNames")
    prefix = data.get("logStreamNamePrefix") or ""
    start, shown = data.get("startTime") or 0, 0
    if data.get("nextToken"):
        start, shown = (int(part) for part in data["nextToken"].split(":"))
    end = data.get("endTime")
    found = []
    with cloudwatch_logs._log_events_lock:
        for name, stream in sorted(cloudwatch_logs._log_groups[group]["streams"].items()):
            if (not names or name in names) and name.startswith(prefix):
                first = bisect.bisect_left(stream["events"], start, key=cloudwatch_logs._event_timestamp)
                found += [(event, name) for event in stream["events"][first:] if end is None or event["timestamp"] <= end]
    found.sort(key=lambda entry: entry[0]["timestamp"])
    page, size, position = [], 0, shown
    while position < len(found) and len(page) < min(int(data.get("limit") or MOST_EVENTS), MOST_EVENTS):
        event, name = found[position]
        size += len(event["message"].encode())
        if page and size > MOST_BYTES:
            break
        position += 1
        if matches(event["message"]):
            page.append({**event, "logStreamName": name})
    answer = {"events": page, "searchedLogStreams": []}
    if position < len(found):
        last = found[position - 1][0]["timestamp"]
        answer["nextToken"] = f"{last}:{sum(1 for event, name in found[:position] if event['timestamp'] == last)}"
    return json_response(answer)


emulated_put_subscription_filter = cloudwatch_logs._put_subscription_filter


def logs_may_invoke(function, group):
    region = lambda_svc._account_region_from_function_config(function["config"])[1]
    source = f"arn:aws:logs:{region}:{AWS_ACCOUNT}:log-group:{group}:*"
    for statement in function["policy"]["Statement"]:
        principal = statement["Principal"]
        condition = statement.get("Condition") or {}
        if (
            principal == "*"
            or isinstance(principal, dict)
            and principal.get("Service") in ("logs.amazonaws.com", f"logs.{region}.amazonaws.com")
        ) and (
            statement["Action"] in ("lambda:InvokeFunction", "lambda:*")
            and fnmatch.fnmatchcase(source, condition.get("ArnLike", {}).get("AWS:SourceArn", "*"))
            and condition.get("StringEquals", {}).get("AWS:SourceAccount", AWS_ACCOUNT) == AWS_ACCOUNT
        ):
            return True
    return False


def put_subscription_filter(data):
    name = data.get("destinationArn", "").rpartition(":function:")[2].split(":")[0]
    function = lambda_svc._functions.get(name)
    if not function or not logs_may_invoke(function, data.get("logGroupName")):
        return error_response_json(
            "InvalidParameterException",
            "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.",
            400,
        )
    return emulated_put_subscription_filter(data)


cloudwatch_logs._put_subscription_filter = put_subscription_filter
cloudwatch_logs._put_log_events = put_log_events
cloudwatch_logs._filter_log_events = filter_log_events


from ministack.app import main  # noqa: E402  (only now does the server find all of this in place)

main()
