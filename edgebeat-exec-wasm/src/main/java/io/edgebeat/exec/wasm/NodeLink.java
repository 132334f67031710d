package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.exec.wasm.child.Fields;
import io.edgebeat.exec.wasm.child.FieldsWriter;
import io.edgebeat.exec.wasm.child.Frame;
import io.edgebeat.exec.wasm.child.FrameKind;
import io.edgebeat.exec.wasm.child.ProtocolException;
import io.edgebeat.exec.wasm.child.Values;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The node as a child sees it: is told things and answers calls. Calls come from one thread at a
 * time, what is told from any.
 */
final class NodeLink {
  /** What the node's own code threw: is printed as the node would have printed it. */
  @SuppressWarnings("OverrideThrowableToString")
  static final class NodeFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NodeFailure(String what) {
      super(what);
    }

    @Override
    public String toString() {
      return getMessage() == null ? "" : getMessage();
    }
  }

  private final OutputStream out;
  private final ReentrantLock sending = new ReentrantLock();
  private final ReentrantLock calling = new ReentrantLock();
  private final Condition answered = calling.newCondition();
  private int call; // by calling
  private @Nullable Fields answer; // by calling

  NodeLink(OutputStream out) {
    this.out = out;
  }

  /** Tells the node something. */
  void tell(FrameKind kind, FieldsWriter body) throws IOException {
    sending.lock();
    try {
      Frame.write(out, kind, body);
    } finally {
      sending.unlock();
    }
  }

  /** Fields of a call, which begin with its number. */
  interface Asking {
    FieldsWriter fields(FieldsWriter to);
  }

  /**
   * Asks the node something.
   *
   * @return what it answers
   * @throws EdgeBeatException what its parts throw
   * @throws InterruptedException when the guest is to end; the answer is not wanted any more
   */
  Fields call(FrameKind kind, Asking asking) throws InterruptedException {
    calling.lock();
    try {
      call++;
      answer = null;
      tell(kind, asking.fields(new FieldsWriter().number4(call)));
      Fields got = answer;
      while (got == null) {
        answered.await();
        got = answer;
      }
      answer = null;
      return switch (got.number1()) {
        case Child.GOOD -> got;
        case Child.ERROR -> throw Values.error(got);
        default -> throw new NodeFailure(got.text());
      };
    } catch (IOException e) {
      throw new NodeFailure("the node cannot be asked: " + e.getMessage());
    } finally {
      calling.unlock();
    }
  }

  /** Takes an answer; one that nobody waits for any more is dropped. */
  void answered(Fields fields) throws ProtocolException {
    int of = fields.number4();
    calling.lock();
    try {
      if (of == call) {
        answer = fields;
        answered.signal();
      }
    } finally {
      calling.unlock();
    }
  }
}
