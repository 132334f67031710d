package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.exec.Meter;
import io.edgebeat.exec.wasm.child.Fields;
import io.edgebeat.exec.wasm.child.FrameKind;
import io.edgebeat.exec.wasm.child.ProtocolException;
import java.util.Set;

/** The node's meter as a child has it. Before each message the node asks it by itself. */
final class NodeMeter implements Meter {
  private final NodeLink node;
  private final Set<String> capabilities;
  private final boolean paysFuel;

  /**
   * The meter of one run.
   *
   * @param capabilities whose messages the node meters
   * @param paysFuel whether it has to be asked for fuel
   */
  NodeMeter(NodeLink node, Set<String> capabilities, boolean paysFuel) {
    this.node = node;
    this.capabilities = Set.copyOf(capabilities);
    this.paysFuel = paysFuel;
  }

  @Override
  public void use(String kind, long units) throws InterruptedException {
    if (!capabilities.contains(kind)) {
      var unused = node.call(FrameKind.METER, to -> to.text(kind).number8(units));
    }
  }

  @Override
  public long fuel(long total) throws InterruptedException {
    if (!paysFuel) {
      return Long.MAX_VALUE;
    }
    if (total == 0) {
      return 0; // it is asked when there is something to use
    }
    Fields answer = node.call(FrameKind.FUEL, to -> to.number8(total));
    try {
      return answer.count();
    } catch (ProtocolException e) {
      throw new EdgeBeatException(
          ErrorCode.INTERNAL, RetryAdvice.NEVER, "the node's answer cannot be read", e);
    }
  }
}
