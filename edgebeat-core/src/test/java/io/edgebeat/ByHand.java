package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.net.PeerTransport;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One end of talks, spoken by a test with a real node at the other: nothing is said or acknowledged
 * but what the test says.
 */
final class ByHand {
  private static final Duration LONG = Duration.ofSeconds(10);

  private record Heard(PeerSession session, PeerEnvelope envelope) {}

  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  private final Set<NegotiationId> known = new HashSet<>();
  private PeerEndpoint endpoint = new PeerEndpoint("");
  private @Nullable PeerSession session;
  private @Nullable NegotiationId negotiation;
  private long said;
  private long seen;

  private ByHand() {}

  /** Calls at a node, to speak with it under one name. */
  static ByHand calling(
      PeerTransport transport, PeerEndpoint at, Address node, NegotiationId negotiation) {
    ByHand talks = new ByHand();
    talks.negotiation = negotiation;
    talks.session = transport.connect(at, node, talks::received);
    return talks;
  }

  /** Opens a door, for nodes that call. */
  static ByHand listening(PeerTransport transport) {
    ByHand talks = new ByHand();
    talks.endpoint = transport.listen(new PeerEndpoint(""), talks::received).endpoint();
    return talks;
  }

  private void received(PeerSession from, PeerEnvelope envelope) {
    heard.add(new Heard(from, envelope));
  }

  /** Where the door is. */
  PeerEndpoint endpoint() {
    return endpoint;
  }

  /** The next offer that begins talks; from now on the test speaks in those. */
  Offer called() {
    long end = System.nanoTime() + LONG.toNanos();
    while (true) {
      Heard next = next("call", end);
      boolean begins = next.envelope.message() instanceof PeerMessage.OfferMade;
      if (begins && known.add(next.envelope.negotiation())) {
        session = next.session;
        negotiation = next.envelope.negotiation();
        said = 0;
        seen = next.envelope.sequence();
        return ((PeerMessage.OfferMade) next.envelope.message()).offer();
      }
    }
  }

  /** The number of the next message of this end. */
  long next() {
    return said + 1;
  }

  /** The highest number of the other end that was taken. */
  long seen() {
    return seen;
  }

  void say(PeerMessage message) {
    say(message, seen);
  }

  /** Says a message and, truly or not, which of the other end's messages was the last taken. */
  void say(PeerMessage message, long seen) {
    say(++said, message, seen);
  }

  /** Says a message under a number that is not its own. */
  void misnumbered(long number, PeerMessage message) {
    misnumbered(number, message, seen);
  }

  /** The same, with an acknowledgement that may not be its own either. */
  void misnumbered(long number, PeerMessage message, long seen) {
    say(number, message, seen);
  }

  private void say(long number, PeerMessage message, long seen) {
    PeerSession to = session;
    NegotiationId in = negotiation;
    if (to == null || in == null) {
      throw new IllegalStateException("nobody to say it to: " + message);
    }
    to.send(new PeerEnvelope(in, number, seen, message));
  }

  /** The next answer of a kind; whatever else the node says in between is skipped. */
  <T extends PeerMessage> T answer(Class<T> type) {
    return answer(type, false);
  }

  /** The same, when nothing that was said before is refused. */
  <T extends PeerMessage> T unrefused(Class<T> type) {
    return answer(type, true);
  }

  /** What the node knows once everything that was said is durable there, and nothing is refused. */
  PeerMessage.StateAnswer knows() {
    long end = System.nanoTime() + LONG.toNanos();
    while (true) {
      say(0, new PeerMessage.StateQuery(), seen);
      PeerEnvelope next;
      do {
        next = next("StateAnswer", end).envelope;
        seen = next.negotiation().equals(negotiation) ? Math.max(seen, next.sequence()) : seen;
        if (next.message() instanceof PeerMessage.Refused refused) {
          throw new AssertionError("refused: " + refused);
        }
      } while (!(next.message() instanceof PeerMessage.StateAnswer));
      if (next.seen() >= said) {
        return (PeerMessage.StateAnswer) next.message();
      }
    }
  }

  private <T extends PeerMessage> T answer(Class<T> type, boolean unrefused) {
    long end = System.nanoTime() + LONG.toNanos();
    while (true) {
      PeerEnvelope next = next(type.getSimpleName(), end).envelope;
      if (!next.negotiation().equals(negotiation) || next.sequence() <= seen) {
        continue;
      }
      seen = next.sequence();
      if (unrefused && next.message() instanceof PeerMessage.Refused refused) {
        throw new AssertionError("refused: " + refused);
      }
      if (type.isInstance(next.message())) {
        return type.cast(next.message());
      }
    }
  }

  /** The bound is for all that is skipped too: a node that waits says so again and again. */
  private Heard next(String what, long end) {
    Heard next;
    try {
      next = heard.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(next).as("a %s of the node", what).isNotNull();
    return next;
  }

  /** Asserts that the last message was refused, and that the answer names all of the parts. */
  void refused(ErrorCode code, Object... parts) {
    PeerMessage.Refused answer = answer(PeerMessage.Refused.class);
    named(answer.code(), answer.reason(), code, parts);
  }

  /** Asserts that the node wants no such agreement, and names why. */
  void rejected(ErrorCode code, Object... parts) {
    PeerMessage.Rejected answer = answer(PeerMessage.Rejected.class);
    named(answer.code(), answer.reason(), code, parts);
  }

  private static void named(ErrorCode was, String reason, ErrorCode code, Object... parts) {
    assertThat(was).as(reason).isEqualTo(code);
    for (Object part : parts) {
      assertThat(reason).contains(part.toString());
    }
  }
}
