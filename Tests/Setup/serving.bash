# For scripts in the lab that start a server: sourced, not run.

# Starts `penstock serve` with these arguments, its log in $work/log, and waits until it listens on
# both of the lab's devices. The process is $server.
serve() { # ARGUMENTS
    "$PENSTOCK" serve "$@" --rdma require >"$work/ready" 2>"$work/log" &
    server=$!
    for _ in $(seq 1200); do
        grep -q "ready rdma rxe" "$work/ready" && grep -q "ready rdma siw" "$work/ready" && return
        kill -0 $server 2>/dev/null || break
        sleep 0.1
    done
    echo "the server did not start: $(cat "$work/log")"
}
