package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.capability.Capability;
import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.capability.Grant;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Capability} promises. */
@Timeout(120)
public interface CapabilityContract {

  /**
   * Makes a capability.
   *
   * @return one that nobody uses; the test closes it
   * @throws Exception when it cannot be made
   */
  Capability createCapability() throws Exception;

  /**
   * Whether it takes messages.
   *
   * @return one that it takes; empty when it takes none, which is then refused
   */
  default Optional<Blob> message() {
    return Optional.empty();
  }

  /**
   * How many tasks may use it at once.
   *
   * @return the number; empty when there is no limit
   */
  default OptionalInt mostSessions() {
    return OptionalInt.empty();
  }

  private static CapabilitySession open(Capability capability, int task) {
    AgreementId id = new AgreementId(Bytes32.ZERO);
    return capability.open(new Grant(id, task, capability.info().name()));
  }

  /** What it is does not change. */
  @Test
  default void saysWhatItIs() throws Exception {
    try (Capability capability = createCapability()) {
      CapabilityInfo info = capability.info();
      assertThat(info.kind()).isNotBlank();
      assertThat(info.description()).isNotBlank();
      try (CapabilitySession session = open(capability, 1)) {
        assertThat(session).isNotNull();
        assertThat(capability.info()).isEqualTo(info);
      }
    }
  }

  /** A closed session says and takes nothing more, and closing it again changes nothing. */
  @Test
  default void aClosedSessionIsAtItsEnd() throws Exception {
    try (Capability capability = createCapability()) {
      CapabilitySession session = open(capability, 1);
      session.close();
      session.close();
      assertThat(session.read()).isEmpty();
      assertThat(session.read()).isEmpty();
      message().ifPresent(m -> Check.refused(ErrorCode.CLOSED, () -> session.write(m)));
    }
  }

  /** Whoever waits for a message is let go when the session is closed. */
  @Test
  default void whoWaitsIsLetGoByClosing() throws Exception {
    try (Capability capability = createCapability()) {
      CapabilitySession session = open(capability, 1);
      Check.Running<Boolean> reading =
          Check.begin(
              () -> {
                Optional<Blob> message = session.read();
                while (message.isPresent()) {
                  message = session.read();
                }
                return true;
              });
      session.close();
      assertThat(reading.get()).isTrue();
    }
  }

  /** An interrupt ends a wait, or is still there after a message; it is never swallowed. */
  @Test
  default void anInterruptIsNotSwallowed() throws Exception {
    try (Capability capability = createCapability();
        CapabilitySession session = open(capability, 1)) {
      Check.Running<Boolean> reading =
          Check.begin(
              () -> {
                Thread.currentThread().interrupt();
                try {
                  session.read();
                } catch (InterruptedException e) {
                  return true;
                }
                return Thread.currentThread().isInterrupted();
              });
      assertThat(reading.get()).as("interrupted").isTrue();
    }
  }

  /** A message is taken where messages are taken, and refused where they are not. */
  @Test
  default void messagesAreTakenOrRefused() throws Exception {
    try (Capability capability = createCapability();
        CapabilitySession session = open(capability, 1)) {
      if (message().isPresent()) {
        session.write(message().get());
      } else {
        Check.refused(ErrorCode.UNSUPPORTED, () -> session.write(Blob.of(new byte[] {1})));
      }
    }
  }

  /** As many use it at once as it says; one more is refused, until one of them is done. */
  @Test
  default void asManyUseItAsItSays() throws Exception {
    try (Capability capability = createCapability()) {
      List<CapabilitySession> sessions = new ArrayList<>();
      for (int i = 0; i < mostSessions().orElse(8); i++) {
        sessions.add(open(capability, i + 1));
      }
      if (mostSessions().isPresent()) {
        String name = capability.info().name();
        Check.refused(ErrorCode.LIMIT_EXCEEDED, name, () -> open(capability, 100));
        sessions.removeFirst().close();
        sessions.add(open(capability, 101));
      } else {
        sessions.getFirst().close();
        assertThat(sessions.getLast().read()).as("a message of another session").isPresent();
      }
      sessions.forEach(CapabilitySession::close);
    }
  }

  /** A closed capability is closed, and closing it again changes nothing. */
  @Test
  default void aClosedCapabilityIsClosed() throws Exception {
    Capability capability = createCapability();
    CapabilityInfo info = capability.info();
    capability.close();
    capability.close();
    assertThat(capability.info()).isEqualTo(info);
    Check.refused(ErrorCode.CLOSED, () -> open(capability, 1));
  }
}
