package io.edgebeat.api.capability;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;

/** See {@link Capability#readings}. */
final class Readings implements Capability {
  private final CapabilityInfo info;
  private final Supplier<? extends Iterator<Blob>> source;
  private volatile boolean closed;

  Readings(CapabilityInfo info, Supplier<? extends Iterator<Blob>> source) {
    this.info = info;
    this.source = source;
  }

  @Override
  public CapabilityInfo info() {
    return info;
  }

  @Override
  public CapabilitySession open(Grant grant) {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "capability " + info.name() + " is closed");
    }
    return new Session(source.get());
  }

  @Override
  public void close() {
    closed = true;
  }

  private final class Session implements CapabilitySession {
    private final Iterator<Blob> left;
    private volatile boolean over;

    Session(Iterator<Blob> left) {
      this.left = left;
    }

    @Override
    public Optional<Blob> read() {
      return over || closed || !left.hasNext() ? Optional.empty() : Optional.of(left.next());
    }

    @Override
    public void write(Blob message) {
      throw new EdgeBeatException(
          ErrorCode.UNSUPPORTED, "capability " + info.name() + " takes no messages");
    }

    @Override
    public void close() {
      over = true;
    }
  }
}
