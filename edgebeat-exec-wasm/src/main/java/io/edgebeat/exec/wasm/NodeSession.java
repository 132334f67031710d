package io.edgebeat.exec.wasm;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.exec.wasm.child.Fields;
import io.edgebeat.exec.wasm.child.FrameKind;
import io.edgebeat.exec.wasm.child.ProtocolException;
import java.util.Optional;

/** A capability of the node as a child has it. The node asks the meter before each message. */
final class NodeSession implements CapabilitySession {
  /** Called before the node is asked, because it may hear nothing else until it has answered. */
  @FunctionalInterface
  interface Before {
    void ask() throws InterruptedException;
  }

  private final NodeLink node;
  private final String name;
  private final Before before;

  NodeSession(NodeLink node, String name, Before before) {
    this.node = node;
    this.name = name;
    this.before = before;
  }

  @Override
  public Optional<Blob> read() throws InterruptedException {
    before.ask();
    Fields answer = node.call(FrameKind.READ, to -> to.text(name));
    try {
      boolean present = answer.flag();
      return present ? Optional.of(Blob.of(answer.rest())) : Optional.empty();
    } catch (ProtocolException e) {
      throw new EdgeBeatException(
          ErrorCode.INTERNAL, RetryAdvice.NEVER, "the node's answer cannot be read", e);
    }
  }

  @Override
  public void write(Blob message) throws InterruptedException {
    before.ask();
    var unused = node.call(FrameKind.WRITE, to -> to.text(name).rest(message.toBytes()));
  }

  @Override
  public void close() {
    // The node closes it.
  }
}
