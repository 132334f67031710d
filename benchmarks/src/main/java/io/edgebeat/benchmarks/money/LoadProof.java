package io.edgebeat.benchmarks.money;

import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A steady load of vouchers on a JVM that is killed twice while it takes them: what it has
 * acknowledged it knows afterwards. The time until an acknowledgement counts from when a voucher
 * was due, not from when it could be sent, so that whatever stands still counts for all that wait
 * behind it. What was on its way when it was killed is sent again and not timed.
 */
public final class LoadProof implements Program {
  private static final int KILLS = 2;
  private static final int START_SECONDS = 60;
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final double GOAL_MILLIS = 20;

  @Override
  public String name() {
    return "load";
  }

  @Override
  public String summary() {
    return "2 000 durable vouchers a second, and the JVM that takes them killed twice";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int seconds = (int) context.option("seconds", context.nightly() ? 60 : 12);
    int rate = (int) context.option("rate", 2_000);
    int total = seconds * rate;
    Path directory = Rounds.directory(context, "load");
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(START_SECONDS * 1_000);
      new Run(context, server, directory, total, rate).all();
    } finally {
      Rounds.remove(directory);
    }
  }

  /** One load from its first voucher to its last. */
  private static final class Run {
    private final ProgramContext context;
    private final ServerSocket server;
    private final Path directory;
    private final int total;
    private final long interval;
    private final int sides;
    private final List<byte[]> vouchers = new ArrayList<>();

    /** How many vouchers of each agreement were acknowledged. */
    private final AtomicIntegerArray acknowledged;

    /** When each was due, and how long it then took; zero where it is not timed. */
    private final AtomicLongArray due;

    private final AtomicLongArray took;
    private long running;
    private int lost;

    Run(ProgramContext context, ServerSocket server, Path directory, int total, int rate) {
      this.context = context;
      this.server = server;
      this.directory = directory;
      this.total = total;
      this.interval = TimeUnit.SECONDS.toNanos(1) / rate;
      this.sides = Math.ceilDiv(total, Vouchers.COUNT);
      this.acknowledged = new AtomicIntegerArray(sides);
      this.due = new AtomicLongArray(total);
      this.took = new AtomicLongArray(total);
      for (PeerMessage.VoucherSent voucher : Vouchers.of(PaidSeller.make())) {
        vouchers.add(LoadReceiver.MESSAGES.encode(voucher));
      }
    }

    void all() throws Exception {
      int next = 0;
      for (int life = 0; life <= KILLS; life++) {
        int end = (int) ((long) total * (life + 1) / (KILLS + 1));
        Process process = start(life);
        try (Socket socket = server.accept()) {
          socket.setTcpNoDelay(true);
          next = serve(socket, process, next, end, life == KILLS);
        } finally {
          process.destroyForcibly();
          process.waitFor();
        }
        context.ran();
      }
      Process process = start(KILLS + 1);
      try (Socket socket = server.accept()) {
        known(new DataInputStream(new BufferedInputStream(socket.getInputStream())));
      } finally {
        process.destroyForcibly();
        process.waitFor();
      }
      context.ran();
      report();
    }

    private Process start(int number) throws IOException {
      return new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "--enable-native-access=ALL-UNNAMED",
              "-XX:+UseSerialGC",
              "-Xmx384m",
              "-cp",
              System.getProperty("java.class.path"),
              LoadReceiver.class.getName(),
              Integer.toString(server.getLocalPort()),
              Files.createDirectories(directory.resolve("journal")).toString(),
              Integer.toString(sides))
          .redirectErrorStream(true)
          .redirectOutput(directory.resolve("jvm-" + number + ".log").toFile())
          .start();
    }

    /** What it knows after it was started; less than it has acknowledged is lost. */
    private int[] known(DataInputStream in) throws IOException {
      int[] known = new int[sides];
      for (int side = 0; side < sides; side++) {
        known[side] = in.readInt();
        int promised = acknowledged.get(side);
        if (known[side] < promised) {
          lost += promised - known[side];
          context.violation(
              side,
              "agreement "
                  + side
                  + " had acknowledged "
                  + promised
                  + " vouchers and knows "
                  + known[side]);
        }
      }
      return known;
    }

    private int serve(Socket socket, Process process, int from, int end, boolean last)
        throws Exception {
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
      int[] known = known(in);
      // What it knows and had no time to say, and what did not reach it.
      for (int i = 0; i < from; i++) {
        due.set(i, 0);
        int side = i % sides;
        if (i / sides >= known[side]) {
          send(out, i);
        }
      }
      out.flush();
      Thread listener = Thread.ofPlatform().name("acknowledgements").start(() -> listen(in));
      awaitAcknowledged(from, known);
      long start = System.nanoTime();
      for (int i = from; i < end; i++) {
        long when = start + (i - from) * interval;
        while (System.nanoTime() < when) {
          LockSupport.parkNanos(when - System.nanoTime());
        }
        due.set(i, when);
        send(out, i);
        out.flush();
      }
      if (last) {
        awaitAcknowledged(end, known);
      }
      running += System.nanoTime() - start;
      process.destroyForcibly();
      process.waitFor();
      listener.join();
      return end;
    }

    private void send(DataOutputStream out, int voucher) throws IOException {
      byte[] message = vouchers.get(voucher / sides);
      out.writeInt(voucher % sides);
      out.writeInt(message.length);
      out.write(message);
    }

    private void listen(DataInputStream in) {
      try {
        while (true) {
          int side = in.readInt();
          int count = in.readInt();
          acknowledged.accumulateAndGet(side, count, Math::max);
          int voucher = (count - 1) * sides + side;
          long when = due.getAndSet(voucher, 0);
          if (when != 0) {
            took.set(voucher, System.nanoTime() - when);
          }
        }
      } catch (IOException killed) {
        return;
      }
    }

    /** Waits for what was sent before; what it knows without having said so is not waited for. */
    private void awaitAcknowledged(int count, int[] known) {
      long end = System.nanoTime() + DRAIN_NANOS;
      for (int side = 0; side < sides; side++) {
        int wanted = (count - side + sides - 1) / sides;
        while (Math.max(acknowledged.get(side), known[side]) < wanted) {
          if (System.nanoTime() > end) {
            throw new IllegalStateException(
                "agreement " + side + " acknowledges no more than " + acknowledged.get(side));
          }
          LockSupport.parkNanos(interval);
        }
      }
    }

    private void report() {
      long[] times = new long[total];
      int timed = 0;
      for (int i = 0; i < total; i++) {
        if (took.get(i) != 0) {
          times[timed++] = took.get(i);
        }
      }
      Arrays.sort(times, 0, timed);
      double p99 = times[(int) (timed * 99L / 100)] / 1e6;
      context.result("vouchers", total);
      context.result("agreements", sides);
      context.result("kills", KILLS);
      context.result("lost", lost);
      context.result("timed", timed);
      context.result("per_s", String.format(Locale.ROOT, "%.0f", total * 1e9 / running));
      context.result("p50_ms", Rounds.hundredths(times[timed / 2] / 1e6));
      context.result("p99_ms", Rounds.hundredths(p99));
      context.result("max_ms", Rounds.hundredths(times[timed - 1] / 1e6));
      // As everywhere, slow is not wrong: who else uses the machine decides about it.
      context.say("goal: p99 below 20 ms" + (p99 < GOAL_MILLIS ? "" : ": MISSED"));
    }
  }
}
