#!/usr/bin/env python3
"""Checks a copy of Daypass's evidence against its seals, by docs/record.md alone.
It shares nothing with `daypass audit verify` but that page. It needs Python 3.10 and the two packages of requirements.txt,
no network and no credential. It returns 0 if nothing is wrong, 2 if something is, 1 if it could not check.
"""
import argparse, base64, datetime, hashlib, json, os, re, stat, sys
import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SECOND = 1_000_000_000
SILENCE, RECONCILED, PENDING, DAY, LOCK_TOLERANCE = (n * SECOND for n in (300, 600, 7200, 86400, 60))
LONGEST = 64 << 20
EVENTS = ("daypass", "vault-audit", "vault-server", "postgresql", "mariadb")
SOURCES = EVENTS + ("intents", "endings", "configurations", "reconciliations")
INTEGRITY = ("object_altered object_missing object_extra object_sealed_twice version_other versions_many delete_marker lock_missing "
             "lock_short seal_unreadable seal_signature seal_key_unknown seal_gap seal_chain seal_order seal_counters tail_cut "
             "head_other source_missing contents_other").split()
COMPLETENESS = "silence reconciliation_gap reconciliation_silence pending_old".split()
SPOILING = "line_missing line_unknown chain_broken log_group_unreadable".split()
TYPE = b"application/vnd.daypass.seal+json"
class Format(Exception): """Bytes that are not what docs/record.md says."""
class CouldNotCheck(Exception): """Nothing can be said, good or bad."""
def need(good, reason):
    if not good:
        raise Format(reason)

# --- JSON whose members stand in one order ---
class Pairs(list):
    """An object's members in their order; arrays are plain lists."""
def parse(data):
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=Pairs, parse_constant=lambda c: need(False, "not JSON"))
    except (ValueError, RecursionError): raise Format("not JSON") from None
def plain(value):
    if isinstance(value, Pairs): return {k: plain(v) for k, v in value}
    return [plain(v) for v in value] if isinstance(value, list) else value
def members(value, spec):
    """The members of an object as a dict; `spec` is name -> kind in order, a name that ends in `?` may be absent."""
    need(isinstance(value, Pairs), "not an object")
    out, at = {}, 0
    for name, kind in spec.items():
        bare = name.rstrip("?")
        if at < len(value) and value[at][0] == bare:
            out[bare] = kind(value[at][1], bare)
            at += 1
        else: need(name != bare, "expected the member " + bare)
    need(at == len(value), "an unexpected member")
    return out
def text(value, name):
    need(isinstance(value, str) and not re.search("[\ud800-\udfff]", value), name + " is not a string of whole characters")
    return value
def matching(pattern):
    def check(value, name):
        need(re.fullmatch(pattern, text(value, name)), name + " is not of its form")
        return value
    return check
def count(value, name, least=0):
    need(type(value) is int and least <= value < 1 << 53, name + " is not a whole number from %d to 2^53-1" % least)
    return value
def flag(value, name):
    need(type(value) is bool, name + " is neither true nor false")
    return value
def instant(value, name):
    """Nanoseconds since 1970."""
    m = re.fullmatch(r"(2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?Z", text(value, name))
    need(m, name + " is not a time in UTC")
    return seconds(m[1], "%Y-%m-%dT%H:%M:%S") * SECOND + int((m[2] or "0").ljust(9, "0"))
def seconds(value, form):
    try:
        when = datetime.datetime.strptime(value + "+0000", form + "%z")
    except ValueError:
        raise Format("not a time") from None
    need(when.strftime(form) == value, "not a time")  # strptime takes a 61st second.
    return int(when.timestamp())
def show(nanos):
    return datetime.datetime.fromtimestamp(nanos / SECOND, datetime.timezone.utc).isoformat()
def array(kind):
    def check(value, name):
        need(type(value) is list, name + " is not an array")
        return [kind(v, name) for v in value]
    return check

DIGEST = matching("sha256:[0-9a-f]{64}")
PLACE = {"source": matching("|".join(SOURCES)), "region": matching("[a-z0-9-]{1,32}"), "accountId": matching("[0-9]{12}"),
         "number": lambda value, name: count(value, name, 1)}
SUMS = {"records": count, "redacted": count, "unparsed": count}
HEAD = {"format": matching("daypass-head/1"), **PLACE, "seal": DIGEST, "to": instant, "keys": array(DIGEST)}
COPY = {"format": matching("daypass-copy/1"), "bucket": text, "copiedAt": instant}
VERSION = {"key": text, "versionId": text, "size": count, "lastModified": instant, "latest": flag, "lockMode?": text,
           "retainUntil?": instant}
MARKER = {"key": text, "versionId": text, "lastModified": instant, "latest": flag, "deleteMarker": flag}
def seal_spec(events):
    one = {"key": text, "versionId": text, "sha256": DIGEST, "size": count, **SUMS}
    one |= {"earliest": count, "latest": count} if events else {}
    return {"format": matching("daypass-seal/1"), **PLACE, "previous": DIGEST, "from": instant, "to": instant,
            "listed": array(lambda v, _: members(v, {"after": text, "until": text})), "objects": array(lambda v, _: members(v, one)),
            "objectCount": count, **SUMS, "totals": lambda v, _: members(v, {"objects": count, **SUMS})}

# --- Keys of objects ---
IN = r"region=([a-z0-9-]{1,32})/accountId=([0-9]{12})/"
KEYS = [(kind, re.compile(pattern)) for kind, pattern in (
    ("seal", "seals/source=(" + "|".join(SOURCES) + ")/" + IN + r"([0-9]{12})\.json"),
    ("events", "events/source=(" + "|".join(EVENTS) + ")/" + IN + r"eventDay=([0-9]{8})/([0-9]{6})-[0-9a-f]{64}\.ndjson\.zst"),
    ("session", "(intents|endings)/" + IN + r"eventDay=([0-9]{8})/()[0-7][0-9a-hjkmnp-tv-z]{25}\.json"),
    ("run", "(reconciliations)/" + IN + r"eventDay=([0-9]{8})/([0-9]{6})\.json"),
    ("configuration", r"(configurations)/[0-9a-f]{64}\.json"))]
def known(key):
    """(kind, source, place or None, number or time or None), or None for a key that Daypass does not write."""
    for kind, m in ((kind, pattern.fullmatch(key)) for kind, pattern in KEYS):
        if m and kind == "configuration": return kind, m[1], None, None
        if m and kind == "seal": return (kind, m[1], (m[2], m[3]), int(m[4])) if int(m[4]) else None
        if m:
            try:
                return kind, m[1], (m[2], m[3]), seconds(m[4] + (m[5] or "000000"), "%Y%m%d%H%M%S") * SECOND
            except Format:
                return None
    return None
def in_place(kind, place):
    return "%s/region=%s/accountId=%s/" % (kind, *place)

# --- The copy ---
class Held:
    """What is known of one key."""
    def __init__(self, key):
        self.key, self.versions, self.markers, self.size = key, [], 0, None
        self.strange, self.sealed, self.seal = False, None, 0
    def earliest(self):
        # Of two of the same time the one listed later is the older.
        return min(enumerate(self.versions), key=lambda v: (v[1]["lastModified"], -v[0]))[1] if self.versions else None

class Copy:
    def __init__(self, folder):
        self.folder, self.taken, self.held = os.path.realpath(folder, strict=True), None, {}
        self.versioned = os.path.lexists(os.path.join(self.folder, "versions.ndjson"))
        if self.versioned:
            with self.open("versions.ndjson") as lines:
                for i, line in enumerate(lines, 1):
                    try:
                        self.version(i, line)
                    except Format as e:
                        raise CouldNotCheck("versions.ndjson, line %d: %s" % (i, e)) from None
            if self.taken is None: raise CouldNotCheck("versions.ndjson is empty")
        self.walk(self.folder, "")
    def at(self, key):
        if key not in self.held: self.held[key] = Held(key)
        return self.held[key]
    def version(self, i, line):
        need(len(line) <= 16 * 1024 + 1, "too long")
        value = parse(line)
        if i == 1: self.taken = members(value, COPY)["copiedAt"]
        elif isinstance(value, Pairs) and len(value) > 2 and value[2][0] == "size":
            one = members(value, VERSION)
            held = self.at(one["key"])
            need(all(v["versionId"] != one["versionId"] for v in held.versions), "a version is listed twice")
            held.versions.append(one)
        else:
            one = members(value, MARKER)
            need(one["deleteMarker"], "deleteMarker is not true")
            self.at(one["key"]).markers += 1
    def walk(self, folder, prefix):
        with os.scandir(folder) as entries:
            for entry in entries:
                key = prefix + entry.name
                if entry.is_dir(follow_symlinks=False): self.walk(entry.path, key + "/")
                elif key != "versions.ndjson" and entry.is_file(follow_symlinks=False):
                    self.at(key).size = entry.stat(follow_symlinks=False).st_size
                elif key != "versions.ndjson": self.at(key).strange = True
    def open(self, key):
        fd = os.open(os.path.join(self.folder, key), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(fd).st_mode): raise CouldNotCheck("not a file: " + key)
        return os.fdopen(fd, "rb")

# --- The check ---
class Chain:
    """One source's seals at one place, walked in the order of their numbers."""
    def __init__(self, check, source, place):
        self.check, self.source, self.place, self.prefix = check, source, place, in_place("seals/source=" + source, place)
        self.last, self.due, self.unsound, self.holes_end, self.in_holes, self.first_hole = None, [0] * 4, [], None, 0, ""
        self.tail_broken, self.heads = False, check.heads.get((source, place), {})
    def say(self, code, n, expected, found):
        self.check.say(code, self.prefix + "%012d.json" % n, expected, found)
    def read(self, n, held):
        with self.check.copy.open(held.key) as f: data = f.read(LONGEST + 1)
        try:
            need(len(data) <= LONGEST, "too long")
            payload, keyid, sig = envelope(data)
            if keyid not in self.check.keys: return self.fail(n, "seal_key_unknown", "a key that was given", keyid)
            try:
                pae = b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE, len(payload), payload)
                self.check.keys[keyid].verify(sig, pae, ec.ECDSA(hashes.SHA256()))
            except InvalidSignature:
                return self.fail(n, "seal_signature", "a signature by " + keyid, "one that is not good")
            head = min((h for h in self.heads if h >= n), default=0)  # which governs n if n is its own or after another's
            if head and (head == n or min(self.heads) < n) and keyid not in self.heads[head]["keys"]:
                return self.fail(n, "seal_key_unknown", "a key that head %d allows" % head, keyid)
            seal = members(parse(payload), seal_spec(self.source in EVENTS))
            need((seal["source"], (seal["region"], seal["accountId"]), seal["number"]) == (self.source, self.place, n),
                 "a seal of another key: %s %d" % (seal["source"], seal["number"]))
            for one in seal["objects"]:
                k = known(one["key"])
                need(k and k[0] != "seal" and k[1] == self.source and k[2] in (None, self.place), "names " + one["key"])
        except Format as e:
            return self.fail(n, "seal_unreadable", "seal %d of this source and place" % n, str(e))
        seal["hash"] = "sha256:" + hashlib.sha256(data).hexdigest()
        return self.sound(n, seal)
    def fail(self, n, code, expected, found):
        self.unsound.append(n)
        self.say(code, n, expected, found)
    def gaps(self, before, n):
        start = before + 1
        for other in [u for u in self.unsound if before < u < n] + [n]:
            if start < other: self.say("seal_gap", start, "seals %d to %d" % (start, other - 1), "none")
            start = other + 1
    def sound(self, n, seal):
        before = self.last["number"] if self.last else 0
        self.gaps(before, n)
        own = [len(seal["objects"])] + [sum(o[s] for o in seal["objects"]) for s in SUMS]
        stated = [seal["objectCount"]] + [seal[s] for s in SUMS]
        totals = seal["sums"] = list(seal["totals"].values())
        period, good, order = show(seal["from"]) + " to " + show(seal["to"]), own == stated, True
        if n == before + 1:
            previous = self.last["hash"] if self.last else "sha256:" + "0" * 64
            if seal["previous"] != previous: self.say("seal_chain", n, "previous " + previous, seal["previous"])
            order = not self.last or seal["from"] == self.last["to"]
            due = [a + b for a, b in zip(self.due, own)]
            consistent = [a + b for a, b in zip(self.last["sums"], own)] if self.last else due
            good, self.due = good and totals in (due, consistent), totals if totals in (due, consistent) else due
        else:
            self.first_hole = self.first_hole or self.prefix + "%012d.json" % (before + 1)
            self.in_holes += max(0, totals[0] - own[0] - self.due[0])
            self.holes_end, self.due = seal["from"], totals
        keys = [o["key"].encode() for o in seal["objects"]]
        if not order or seal["to"] < seal["from"] or any(a >= b for a, b in zip(keys, keys[1:])):
            self.say("seal_order", n, "periods that join, keys in order", period)
        if not good: self.say("seal_counters", n, "sums that add up", "%s, totals %s" % (stated, totals))
        if seal["to"] - seal["from"] > SILENCE: self.say("silence", n, "a period of at most five minutes", period)
        if n in self.heads and self.heads[n]["seal"] != seal["hash"]:
            self.say("head_other", n, self.heads[n]["seal"], seal["hash"])
        for r in seal["listed"]:
            span = r["after"].encode(), r["until"].encode()
            self.check.listed[span] = max(seal["to"], self.check.listed.get(span, 0))
        for i, one in enumerate(seal["objects"]):
            held = self.check.copy.at(one["key"])
            if held.sealed is None: held.sealed, held.seal = one, n
            elif not (i and keys[i - 1] == keys[i]):
                twice = held.sealed["versionId"] == one["versionId"]
                self.check.say("object_sealed_twice" if twice else "version_other", one["key"], "one seal",
                               "seals %d and %d" % (held.seal, n))
        counts, self.last = self.check.counts, seal
        counts.update(seals=counts["seals"] + 1, records=counts["records"] + own[1])
    def end(self, listed):
        newest, top, cut = self.last["number"] if self.last else 0, max(self.heads, default=0), False
        if top and not listed:
            self.check.say("source_missing", self.prefix, "seals up to %d" % top, "none")
            cut = True
        elif top > newest and top in self.unsound: self.gaps(newest, top)
        elif top > newest:
            self.say("tail_cut", top, "seal %d, %s" % (top, self.heads[top]["seal"]), "no sound seal after %d" % newest)
            cut = True
        self.tail_broken = cut or any(u > newest for u in self.unsound)
        taken = self.check.copy.taken
        if taken is not None and self.last and not self.tail_broken and taken - self.last["to"] > SILENCE:
            self.say("silence", newest, "a seal at most five minutes before " + show(taken), show(self.last["to"]))
def envelope(data):
    m = re.fullmatch(rb'\{"payloadType":"' + re.escape(TYPE) + rb'","payload":"([^"]*)","signatures":\[\{"keyid":"'
                     rb'(sha256:[0-9a-f]{64})","sig":"([^"]*)"\}\]\}', data)
    need(m, "not an envelope of a seal")
    try:
        payload, sig = (base64.b64decode(part, validate=True) for part in (m[1], m[3]))
    except ValueError:
        raise Format("not base64") from None
    need((base64.b64encode(payload), base64.b64encode(sig)) == (m[1], m[3]), "not base64")
    return payload, m[2].decode(), sig

class Check:
    def __init__(self, copy, keys, heads, least, contents):
        self.copy, self.keys, self.heads, self.least, self.contents = copy, keys, heads, least, contents
        self.defects, self.listed = [], {}
        self.counts = {"objects": 0, "bytes": 0, "seals": 0, "records": 0, "pending": 0}
    def say(self, code, key, expected, found):
        self.defects.append({"code": code, "object": key, "expected": expected, "found": found})
    def run(self):
        chains, units, objects = {chain: {} for chain in self.heads}, {}, {}
        for key, held in self.copy.held.items():
            k = known(key)
            if not k: self.say("object_extra", key, "a key that Daypass writes", "another")
            elif k[0] == "seal": chains.setdefault((k[1], k[2]), {})[k[3]] = held
            else: units[k[1:3]] = []
        if not chains: raise CouldNotCheck("there is no seal")
        for source, place in chains:  # The keys of configurations have no place: all their chains are one unit.
            units.setdefault(("reconciliations", place), [])
            units.setdefault((source, None if source == "configurations" else place), [])
        listed = {}
        for unit, walked in units.items():
            self.listed = listed[unit] = {}
            walked += [self.walk(*c, chains[c]) for c in sorted(chains) if c[0] == unit[0] and unit[1] in (None, c[1])]
        for key, held in self.copy.held.items():
            k = known(key)
            if k and k[0] != "seal": objects.setdefault(k[1:3], []).append(held)
        for unit, walked in units.items():
            held = sorted(objects.get(unit, []), key=lambda h: h.key)  # Known keys are ASCII.
            for one in (h for h in held if h.sealed): self.sealed(unit[0], one, one.sealed)
            self.unsealed(held, walked, listed[unit])
            if unit[0] == "reconciliations": self.runs(unit[1], held, any(c.tail_broken for c in walked))
    def walk(self, source, place, seals):
        chain = Chain(self, source, place)
        for n in sorted(seals):
            self.version(seals[n])
            if seals[n].size is not None:
                if self.copy.versioned and not seals[n].versions:
                    self.say("object_extra", seals[n].key, "a version in the listing", "none")
                chain.read(n, seals[n])
        chain.end(any(held.size is not None for held in seals.values()))
        return chain
    def version(self, held):
        if held.markers: self.say("delete_marker", held.key, "no delete marker", str(held.markers))
        v = held.earliest()
        if not v: return
        if len(held.versions) > 1:
            self.say("versions_many", held.key, "one version", ", ".join(o["versionId"] for o in held.versions))
        until = v.get("retainUntil")
        if v.get("lockMode") != "COMPLIANCE" or until is None:
            self.say("lock_missing", held.key, "COMPLIANCE and a date", "%s and %s" % (v.get("lockMode"), until and show(until)))
        elif until < v["lastModified"] + self.least - LOCK_TOLERANCE:
            self.say("lock_short", held.key, "at least until " + show(v["lastModified"] + self.least), show(until))
    def sealed(self, source, held, one):
        self.version(held)
        v = held.earliest()
        if self.copy.versioned and (v or held.size is not None) and (not v or v["versionId"] != one["versionId"]):
            self.say("version_other", held.key, "version " + one["versionId"], v["versionId"] if v else "none in the listing")
        expected = "%d bytes, %s" % (one["size"], one["sha256"])
        if held.size is None: return self.say("object_missing", held.key, expected, "nothing")
        digest, size, kept = hashlib.sha256(), 0, []
        keep = (self.contents or source == "reconciliations") and one["size"] <= LONGEST
        with self.copy.open(held.key) as f:
            while data := f.read(1 << 17):
                digest.update(data)
                size += len(data)
                if keep and size <= one["size"]: kept.append(data)
        self.counts.update(objects=self.counts["objects"] + 1, bytes=self.counts["bytes"] + size)
        found = "sha256:" + digest.hexdigest()
        if found != one["sha256"] or size != one["size"] or (v and v["size"] != size):
            return self.say("object_altered", held.key, expected, "%d bytes, %s" % (size, found))
        if source == "reconciliations" and keep:
            gaps = reconciliation(b"".join(kept))
            if gaps: self.say("reconciliation_gap", held.key, "nothing missing, unknown or broken", ", ".join(gaps))
        if self.contents:
            want = [one["records"], one["redacted"], one["unparsed"], one.get("earliest"), one.get("latest")]
            try:
                got = recount(source, b"".join(kept)) if keep else None
            except Format as e:
                got = str(e)
            if got != want: self.say("contents_other", held.key, str(want), str(got))
    def unsealed(self, objects, chains, listed):
        broken, in_holes = any(c.tail_broken for c in chains), sum(c.in_holes for c in chains)
        holes_end = max((c.holes_end for c in chains if c.holes_end is not None), default=None)
        now, unaccounted = self.copy.taken, 0
        for held in (h for h in objects if not h.sealed):
            v = held.earliest()
            if held.strange or (self.copy.versioned and not v and held.size is not None):
                self.say("object_extra", held.key, "an object with a version in the listing", "none")
                continue
            self.version(held)
            if self.copy.versioned and not v: continue
            kind, _, _, when = known(held.key)
            wait = PENDING if kind in ("events", "run") else PENDING + DAY
            written = v["lastModified"] if v else when + wait if when is not None else 0
            seen = max((to for (after, until), to in listed.items() if after < held.key.encode() <= until), default=None)
            in_hole = in_holes > 0 and holes_end is not None and written <= holes_end
            if seen is None or written > seen:
                self.counts["pending"] += 1
                if now is not None and not broken and not in_hole and written + PENDING < now:
                    self.say("pending_old", held.key, "a seal within two hours of " + show(written), "none at " + show(now))
            elif in_hole: unaccounted += 1
            else:
                self.defects = [d for d in self.defects if d["object"] != held.key]  # nothing else of it matters
                self.say("object_extra", held.key, "a seal that names it: listed after " + show(seen), "none")
        if unaccounted > in_holes:
            hole = next(c.first_hole for c in chains if c.holes_end is not None)
            self.say("object_extra", hole, "at most %d objects of missing seals" % in_holes, str(unaccounted))
    def runs(self, place, objects, broken):
        if not objects and not broken:
            self.say("reconciliation_silence", in_place("reconciliations", place), "a reconciliation", "none")
        times = [known(h.key)[3] for h in objects]
        for a, b, held in zip(times, times[1:], objects[1:]):
            if b - a > RECONCILED:
                self.say("reconciliation_silence", held.key, "a reconciliation within ten minutes of " + show(a), show(b))
        taken = self.copy.taken
        if times and taken is not None and not broken and taken - times[-1] > RECONCILED:
            self.say("reconciliation_silence", objects[-1].key, "one within ten minutes of " + show(taken), show(times[-1]))

# --- What is in the objects ---
def reconciliation(data):
    """What spoils the verdict."""
    try:
        run, gaps = plain(parse(data)), []
        need(isinstance(run, dict) and run.get("format") == "daypass-reconciliation/1", "no reconciliation")
        for name in ("sources", "findings"):
            need(type(run.get(name)) is list and all(isinstance(o, dict) for o in run[name]), "no reconciliation")
            for o in run[name]:
                gaps += [n for n in ("missing", "unknown") if type(o.get(n)) is int and o[n]]
                gaps += [o["code"]] if o.get("code") in SPOILING else []
        return gaps + (["omitted"] if type(run.get("omitted")) is int and run["omitted"] else [])
    except Format as e:
        return [str(e)]
def lines_of(data):
    """The lines of one Zstandard frame."""
    rest, unzip = b"", zstandard.ZstdDecompressor().decompressobj()
    try:
        for i in range(0, len(data), 1 << 14):
            need(not unzip.eof, "not one frame of Zstandard")
            lines = (rest + unzip.decompress(data[i:i + (1 << 14)])).split(b"\n")
            rest = lines.pop()
            yield from lines
    except zstandard.ZstdError:
        raise Format("not Zstandard") from None
    need(unzip.eof and not unzip.unused_data and not rest, "not one frame of Zstandard, or no line's end at its end")
def recount(source, data):
    """[records, redacted, unparsed, earliest, latest]"""
    if source not in EVENTS:
        need(isinstance(parse(data), Pairs), "not a JSON object")
        return [1, 0, 0, None, None]
    records = redacted = unparsed = 0
    times = []
    for line in lines_of(data):
        event = plain(parse(line))
        own = event.get("daypass") if isinstance(event, dict) else None
        position = own.get("position") if isinstance(own, dict) else None
        need(isinstance(position, dict) and type(position.get("time")) is int and isinstance(own.get("what"), str),
             "an event without what or position.time")
        pieces = own.get("redacted") if isinstance(own.get("redacted"), dict) else {}
        need(all(type(n) is int for n in pieces.values()), "an event whose redacted holds no numbers")
        records, redacted, unparsed = records + 1, redacted + sum(pieces.values()), unparsed + (own["what"] == "unparsed")
        times = [min(times + [position["time"]]), max(times + [position["time"]])]
    return [records, redacted, unparsed, *(times or (None, None))]

# --- The command ---
def read_keys(path):
    with open(path, "rb") as f: pem = f.read()
    keys = {}
    for label, block in re.findall(rb"-----BEGIN ([A-Z0-9 ]+)-----\s([A-Za-z0-9+/=\s]*)-----END \1-----", pem):
        try:
            key = serialization.load_der_public_key(base64.b64decode(b"".join(block.split()), validate=True))
        except ValueError:
            key = None
        if label != b"PUBLIC KEY" or not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
            raise CouldNotCheck("not a public key on P-256: " + path)
        der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        keys["sha256:" + hashlib.sha256(der).hexdigest()] = key
    if not keys: raise CouldNotCheck("no public key in " + path)
    return keys
def read_heads(path):
    heads = {}
    with open(path, "rb") as f:
        for i, line in ((i, line) for i, line in enumerate(f, 1) if line.strip()):
            try:
                head = members(parse(line), HEAD)
                own = heads.setdefault((head["source"], (head["region"], head["accountId"])), {})
                need(head["number"] not in own, "a head of the same number")
            except Format as e:
                raise CouldNotCheck("%s, line %d: %s" % (path, i, e)) from None
            own[head["number"]] = head
    if not heads: raise CouldNotCheck("no head in " + path)
    return heads
def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name, metavar in (("--copy", "DIR"), ("--public-key", "FILE"), ("--head", "FILE")):
        parser.add_argument(name, metavar=metavar, required=name != "--head")
    parser.add_argument("--least-retention", type=int, default=365, metavar="DAYS")
    for name in ("--contents", "--json"): parser.add_argument(name, action="store_true")
    try:
        args = parser.parse_args()
    except SystemExit as e:
        return 1 if e.code else 0  # argparse's 2 would say that something is wrong with the evidence.
    try:
        heads = read_heads(args.head) if args.head else {}
        check = Check(Copy(args.copy), read_keys(args.public_key), heads, args.least_retention * DAY, args.contents)
        check.run()
    except (CouldNotCheck, OSError) as e:
        print("could not check: " + ascii(str(e))[1:-1], file=sys.stderr)
        return 1
    defects = sorted(check.defects, key=lambda d: ((INTEGRITY + COMPLETENESS).index(d["code"]), d["object"]))
    if args.json:
        print(json.dumps({"defects": defects, "counts": check.counts, "versions": check.copy.versioned}))
        return 2 if defects else 0
    for d in defects: print(ascii("%(code)s %(object)s: expected %(expected)s, found %(found)s" % d)[1:-1])
    print("%(seals)d seals, %(objects)d objects, %(bytes)d bytes, %(records)d records, %(pending)d pending" % check.counts)
    for name, codes in (("integrity", INTEGRITY), ("completeness", COMPLETENESS)):
        bad = sum(d["code"] in codes for d in defects)
        print("%s: %s" % (name, "%d defects" % bad if bad else "good"))
    if not check.copy.versioned: print("versions and locks were not checked: the copy has no versions.ndjson")
    return 2 if defects else 0

if __name__ == "__main__":
    sys.exit(main())
