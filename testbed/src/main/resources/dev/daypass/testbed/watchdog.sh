# Reads, line by line, what a JVM has running, and ends it all when that JVM is gone, however it went: the pipe then ends.
#   process PID SIGNAL    leader of its own process group; SIGNAL is what it wants to hear first
#   ended PID
#   directory PATH        to be removed at the end
trap '' HUP INT TERM
line_end='
'
running=
directories=

while IFS= read -r line; do
    what=${line#* }
    case $line in
        process\ *) running="$running ${what% *}:${what#* }" ;;
        directory\ *) directories="$directories$what$line_end" ;;
        ended\ *)
            others=
            for entry in $running; do
                if [ "${entry%:*}" != "$what" ]; then others="$others $entry"; fi
            done
            running=$others
            ;;
    esac
done

children() {
    if [ -r /proc/self/task ]; then
        cat "/proc/$1"/task/*/children 2>/dev/null
    else
        ps -A -o pid= -o ppid= | while read -r pid parent; do
            if [ "$parent" = "$1" ]; then echo "$pid"; fi
        done
    fi
}

# PostgreSQL's backends and others leave their parent's group, so the group alone does not name them.
descendants() {
    for child in $(children "$1"); do
        echo "$child"
        descendants "$child"
    done
}

tree=
for entry in $running; do
    tree="$tree $(descendants "${entry%:*}")"
done
for entry in $running; do
    kill -s "${entry#*:}" -- "-${entry%:*}" 2>/dev/null
done
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    alive=
    for entry in $running; do
        if kill -s 0 -- "-${entry%:*}" 2>/dev/null; then alive=yes; fi
    done
    if [ -z "$alive" ]; then break; fi
    sleep 0.1
done
for entry in $running; do
    kill -s KILL -- "-${entry%:*}" 2>/dev/null
done
for pid in $tree; do
    kill -s KILL "$pid" 2>/dev/null
done

IFS=$line_end
set -f
for directory in $directories; do
    # Twice: what was just killed may have been writing there.
    rm -rf -- "$directory" 2>/dev/null || { sleep 0.2; rm -rf -- "$directory"; }
done
