package io.edgebeat.exec.wasm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.exec.wasm.child.FieldsWriter;
import io.edgebeat.exec.wasm.child.Frame;
import io.edgebeat.exec.wasm.child.FrameKind;
import io.edgebeat.exec.wasm.child.Values;
import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A child that strangers' code has taken over: it says what it likes. Which lie it tells is the
 * only argument of the workload; without one it is as honest as need be.
 */
final class LyingChild {
  private final DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in));
  private final OutputStream out = new FileOutputStream(FileDescriptor.out);
  private int run;

  private LyingChild() {}

  /** What it can say, once it was told to start. */
  interface Lie {
    void tell(LyingChild child) throws Exception;
  }

  static final Map<String, Lie> LIES =
      Map.ofEntries(
          Map.entry("garbage", c -> c.out.write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII))),
          Map.entry("huge", c -> c.raw(FrameKind.LOG, Integer.MAX_VALUE)),
          Map.entry("negative", c -> c.raw(FrameKind.OUTPUT, -1)),
          Map.entry("large message", c -> c.raw(FrameKind.WRITE, 100 << 20)),
          Map.entry("half a frame", LyingChild::halfFrame),
          Map.entry("word of the node", c -> c.raw(FrameKind.START, 0)),
          Map.entry("ready again", c -> c.say(FrameKind.READY, new FieldsWriter().number4(1))),
          Map.entry("checked again", c -> c.say(FrameKind.CHECKED, new FieldsWriter().flag(true))),
          Map.entry("short", c -> c.say(FrameKind.USAGE, new FieldsWriter().number4(c.run))),
          Map.entry("end of another", LyingChild::endOfAnother),
          Map.entry("unknown outcome", c -> c.end(new FieldsWriter().number1(99))),
          Map.entry("unknown error", c -> c.end(words(7, "NO_SUCH_CODE", "x"))),
          Map.entry("too many fields", c -> c.end(new FieldsWriter().number1(0).number8(1))),
          Map.entry("negative usage", c -> c.usage(-5)),
          Map.entry("output without end", LyingChild::floodOutput),
          Map.entry(
              "foreign capability", c -> c.call(FrameKind.READ, new byte[] {0, 0, 0, 1, 'q'})),
          Map.entry("foreign content", c -> c.call(FrameKind.OPEN, new byte[] {1})),
          Map.entry("more of nothing", c -> c.call(FrameKind.MORE, new byte[0])),
          Map.entry("silence", c -> {}));

  /** Lies that are believed as far as they can be true. */
  static final Map<String, Lie> TALES =
      Map.of(
          "honest", c -> c.end(outcome(new TaskOutcome.Trapped("none"))),
          "great usage",
              c -> {
                c.usage(Long.MAX_VALUE);
                c.end(outcome(new TaskOutcome.Trapped("none")));
              },
          "long words", c -> c.end(new FieldsWriter().number1(2).text("w".repeat(12_000))),
          "goes silent",
              c -> {
                c.end(outcome(new TaskOutcome.Trapped("none")));
                new CountDownLatch(1).await();
              },
          "log without end", LyingChild::floodLog);

  /** As {@link ChildMain}. */
  public static void main(String[] args) throws Exception {
    new LyingChild().live();
  }

  private void live() throws Exception {
    while (true) {
      Frame frame = Frame.read(in, false, kind -> Integer.MAX_VALUE);
      switch (frame.kind()) {
        case LIMITS -> say(FrameKind.READY, new FieldsWriter().number4(Child.VERSION).text("ok"));
        case CHECK -> say(FrameKind.CHECKED, new FieldsWriter().flag(true).number8(1L << 60));
        case START -> {
          run = frame.body().number4();
          frame.body().number8();
          frame.body().bytes();
          frame.body().number4();
          String lie = Values.workload(frame.body()).arguments().getFirst();
          boolean tale = TALES.containsKey(lie);
          (tale ? TALES : LIES).get(lie).tell(this);
          if (!tale) {
            new CountDownLatch(1).await();
          }
        }
        default -> {
          // It does not listen.
        }
      }
    }
  }

  private void say(FrameKind kind, FieldsWriter body) throws IOException {
    Frame.write(out, kind, body);
  }

  private void raw(FrameKind kind, int length) throws IOException {
    out.write(kind.code());
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(length >>> shift);
    }
  }

  private void halfFrame() throws IOException {
    raw(FrameKind.LOG, 60_000);
    out.write(new byte[10]);
    out.flush();
    Runtime.getRuntime().halt(5);
  }

  private static FieldsWriter words(int kind, String... words) {
    FieldsWriter body = new FieldsWriter().number1(kind);
    for (String word : words) {
      body.text(word);
    }
    return body;
  }

  private static FieldsWriter outcome(TaskOutcome outcome) {
    FieldsWriter body = new FieldsWriter();
    Values.outcome(body, outcome);
    return body;
  }

  private void end(FieldsWriter outcome) throws IOException {
    FieldsWriter body = new FieldsWriter().number4(run);
    Values.usage(body, Usage.NONE, 0);
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    Frame.write(bytes, FrameKind.ENDED, outcome);
    byte[] all = bytes.toByteArray();
    say(FrameKind.ENDED, body.rest(java.util.Arrays.copyOfRange(all, 5, all.length)));
  }

  private void endOfAnother() throws IOException {
    run++;
    end(outcome(new TaskOutcome.Trapped("none")));
  }

  private void usage(long each) throws IOException {
    FieldsWriter body = new FieldsWriter().number4(run);
    for (int i = 0; i < 5; i++) {
      body.number8(each);
    }
    say(FrameKind.USAGE, body);
  }

  private void call(FrameKind kind, byte[] rest) throws IOException {
    say(kind, new FieldsWriter().number4(1).rest(rest));
  }

  private void floodOutput() throws IOException {
    while (true) {
      say(FrameKind.OUTPUT, new FieldsWriter().rest(new byte[60_000]));
    }
  }

  private void floodLog() throws IOException {
    for (long said = 0; ; said += 60_000) {
      say(FrameKind.LOG, new FieldsWriter().number8(said).rest(new byte[60_000]));
    }
  }
}
