import module dev.anillo.http;

/// Counts primes in several processes: each child is given ranges until none is left, and sends what it found.
///
///     ./anillo examples/Fork.java 2
void main(String[] arguments) throws Exception {
    if (MessageChannel.hasParent()) work();
    else distribute(arguments.length == 0 ? 2 : Integer.parseInt(arguments[0]));
}

final int RANGE = 50_000;
final int END = 1_000_000;

int running;
int next;
long primes;

void distribute(int processes) throws IOException {
    for (var i = 0; i < processes; i++) {
        var child = ChildProcess.fork(getClass());
        giveRange(child);
        child.channel().onMessage(count -> {
            primes += (long) count;
            giveRange(child);
        });
        child.onExit(status -> IO.println("a child has ended: " + status));
        child.onClose(() -> {
            if (--running == 0) IO.println(primes + " primes below " + END);
        });
        running++;
    }
}

void giveRange(ChildProcess child) {
    if (next == END) {
        if (child.channel().isConnected()) child.channel().disconnect();
    } else {
        child.channel().send(List.of(next, next += RANGE));
    }
}

void work() throws IOException {
    var parent = MessageChannel.toParent();
    parent.onMessage(message -> {
        var range = (List<?>) message;
        parent.send(LongStream.range((long) range.get(0), (long) range.get(1)).filter(this::isPrime).count());
    });
}

boolean isPrime(long number) {
    return number > 1
            && LongStream.rangeClosed(2, (long) Math.sqrt(number)).noneMatch(divisor -> number % divisor == 0);
}
