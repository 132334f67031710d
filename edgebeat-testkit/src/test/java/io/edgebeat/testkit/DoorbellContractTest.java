package io.edgebeat.testkit;

import io.edgebeat.api.capability.Capability;
import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.capability.Grant;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** The other half of the contract: one task at a time, which waits, and may ring. */
class DoorbellContractTest implements CapabilityContract {
  @Override
  public Capability createCapability() {
    return new Doorbell();
  }

  @Override
  public Optional<Blob> message() {
    return Optional.of(Blob.of(new byte[] {1}));
  }

  @Override
  public OptionalInt mostSessions() {
    return OptionalInt.of(1);
  }

  /** Nobody ever comes to this door. */
  private static final class Doorbell implements Capability {
    private final AtomicBoolean used = new AtomicBoolean();
    private volatile boolean closed;

    @Override
    public CapabilityInfo info() {
      return new CapabilityInfo("doorbell", "sensor/door", "Tells who rings, and rings.", 1);
    }

    @Override
    public CapabilitySession open(Grant grant) {
      if (closed) {
        throw new EdgeBeatException(ErrorCode.CLOSED, "the doorbell is closed");
      }
      if (!used.compareAndSet(false, true)) {
        throw new EdgeBeatException(ErrorCode.LIMIT_EXCEEDED, "the doorbell is in use");
      }
      CountDownLatch over = new CountDownLatch(1);
      return new CapabilitySession() {
        @Override
        public Optional<Blob> read() throws InterruptedException {
          over.await();
          return Optional.empty();
        }

        @Override
        public void write(Blob message) {
          if (over.getCount() == 0) {
            throw new EdgeBeatException(ErrorCode.CLOSED, "nobody rings this doorbell any more");
          }
        }

        @Override
        public void close() {
          if (over.getCount() > 0) {
            over.countDown();
            used.set(false);
          }
        }
      };
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
