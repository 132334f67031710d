package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.task.Workload;
import io.edgebeat.exec.wasm.child.ChildProcess;
import io.edgebeat.exec.wasm.child.Fields;
import io.edgebeat.exec.wasm.child.FieldsWriter;
import io.edgebeat.exec.wasm.child.Frame;
import io.edgebeat.exec.wasm.child.FrameKind;
import io.edgebeat.exec.wasm.child.ProtocolException;
import io.edgebeat.exec.wasm.child.Values;
import java.io.IOException;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * A child JVM in the hands of its node. Nothing it says is trusted: frames are bounded before
 * anything is allocated, and it is given nothing but what belongs to the one workload it was given.
 *
 * <p>Threads: used by one at a time, but for {@link #kill}.
 */
final class Child {
  /** The version of what is said; node and child are of one build. */
  static final int VERSION = 2;

  static final int CHUNK = 64 << 10;
  static final int IMAGE = 0;
  static final int INPUT = 1;

  static final int GOOD = 0;
  static final int ERROR = 1;
  static final int OTHER_FAILURE = 2;

  /** What is not data is no longer than this. */
  private static final int MOST_WORDS = 16 << 10;

  private final ChildProcess process;
  private final int messageBytes;
  private final Teller teller;
  private @Nullable ContentReader open;

  /** The image that it has prepared; it runs no other unless it belongs to an agreement. */
  @Nullable ContentId image;

  /** Whether it has run something. */
  boolean used;

  /** Since when nothing was asked of it; by the lock of {@link Children}. */
  long idleSinceNanos;

  Child(ChildProcess process, int messageBytes, ThreadFactory threads) {
    this.process = process;
    this.messageBytes = messageBytes;
    this.teller = new Teller(process, threads);
  }

  private int most(FrameKind kind) {
    return switch (kind) {
      case LOG, OUTPUT -> CHUNK;
      case WRITE -> messageBytes + MOST_WORDS;
      case USAGE -> 128;
      default -> MOST_WORDS;
    };
  }

  ChildProcess process() {
    return process;
  }

  /** Who tells it what its execution wants. */
  Teller teller() {
    return teller;
  }

  Frame receive() throws IOException {
    return process.receive(this::most);
  }

  void send(FrameKind kind, FieldsWriter body) throws IOException {
    process.send(kind, body);
  }

  void kill() {
    process.kill();
    teller.close();
  }

  /** Lets go of content that was read from. */
  void closeContent() {
    ContentReader reader = open;
    open = null;
    if (reader != null) {
      reader.close();
    }
  }

  /**
   * Waits until it is there.
   *
   * @throws EdgeBeatException {@code BACKEND_UNAVAILABLE} saying what its JVM has said
   */
  void awaitReady() {
    try {
      Frame frame = receive();
      if (frame.kind() != FrameKind.READY) {
        throw new ProtocolException(frame.kind() + " before " + FrameKind.READY);
      }
      int version = frame.body().number4();
      String selfTest = frame.body().text();
      frame.body().end();
      if (version != VERSION || !selfTest.equals("ok")) {
        throw new ProtocolException("version " + version + ", self-test: " + selfTest);
      }
    } catch (IOException e) {
      kill();
      throw new EdgeBeatException(
          ErrorCode.BACKEND_UNAVAILABLE,
          RetryAdvice.AFTER_STATE_CHANGE,
          "a child JVM did not start ("
              + e.getMessage()
              + "); it "
              + ChildProcess.words(process.exitCode())
              + " and said: "
              + process.complaint(),
          e);
    }
  }

  /**
   * Lets it prepare a workload.
   *
   * @param memoryBytes what an execution may have at most, negative when none is to be started
   * @return how much memory the workload begins with
   * @throws EdgeBeatException what is wrong with the workload, or with the child; then it is killed
   */
  long check(Workload workload, long memoryBytes, ContentStore content) {
    FieldsWriter body = new FieldsWriter();
    Values.workload(body, workload);
    try {
      send(FrameKind.CHECK, body.number8(memoryBytes));
      while (true) {
        Frame frame = receive();
        switch (frame.kind()) {
          case OPEN, MORE -> answerContent(frame, content, workload.image(), null);
          case CHECKED -> {
            Fields said = frame.body();
            if (!said.flag()) {
              EdgeBeatException refusal = Values.error(said);
              said.end();
              throw refusal;
            }
            long begins = said.count();
            said.end();
            image = workload.image();
            return begins;
          }
          default -> throw new ProtocolException(frame.kind() + " while it prepares");
        }
      }
    } catch (IOException e) {
      throw broken("workload " + workload.image(), e);
    } finally {
      closeContent();
    }
  }

  /** Kills it for what it has said, or because it is gone. */
  EdgeBeatException broken(String doing, IOException e) {
    boolean lied = e instanceof ProtocolException;
    if (lied) {
      kill();
    }
    String what = lied ? "said " + e.getMessage() : ChildProcess.words(process.exitCode());
    kill();
    return new EdgeBeatException(
        ErrorCode.EXECUTOR_FAILED,
        RetryAdvice.AFTER_STATE_CHANGE,
        "the child JVM of " + doing + " " + what,
        e);
  }

  /** Answers a call for content: never other content than that of the workload. */
  int answerContent(
      Frame frame, ContentStore content, @Nullable ContentId image, @Nullable ContentId input)
      throws IOException {
    Fields body = frame.body();
    int call = body.number4();
    FieldsWriter answer = new FieldsWriter().number4(call);
    int given = 0;
    try {
      if (frame.kind() == FrameKind.OPEN) {
        int which = body.number1();
        body.end();
        ContentId id = which == IMAGE ? image : which == INPUT ? input : null;
        if (id == null) {
          throw new ProtocolException("it wants content that it was not given: " + which);
        }
        closeContent();
        ContentReader reader = content.open(id);
        open = reader;
        answer.number1(GOOD).number8(reader.sizeBytes());
      } else {
        body.end();
        ContentReader reader = open;
        if (reader == null) {
          throw new ProtocolException("it wants more of nothing");
        }
        byte[] bytes = more(reader);
        given = bytes.length;
        answer.number1(GOOD).rest(bytes);
      }
    } catch (EdgeBeatException e) {
      answer = new FieldsWriter().number4(call).number1(ERROR);
      Values.error(answer, e);
    }
    send(FrameKind.ANSWER, answer);
    return given;
  }

  private static byte[] more(ContentReader reader) {
    try {
      return reader.stream().readNBytes(CHUNK);
    } catch (IOException e) {
      throw new EdgeBeatException(
          ErrorCode.STORAGE_FAILED,
          RetryAdvice.SAME_CALL,
          "the input cannot be read: " + e.getMessage(),
          e);
    }
  }

  @Override
  public String toString() {
    return "child " + process.pid();
  }
}
