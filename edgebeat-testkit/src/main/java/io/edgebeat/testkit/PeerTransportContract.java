package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.net.PeerAcceptor;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.net.PeerServer;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.net.PeerTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link PeerTransport} promises. */
@Timeout(300)
public interface PeerTransportContract {

  /**
   * Makes nodes that can reach one another.
   *
   * @return the nodes; the test closes them
   * @throws Exception when they cannot be made
   */
  TransportBench createBench() throws Exception;

  private static PeerEnvelope envelope(long sequence, String text) {
    return new PeerEnvelope(
        NegotiationId.of(new byte[16]), sequence, 0, new PeerMessage.CloseNotice(text));
  }

  private static PeerServer listen(TransportBench bench, PeerTransport at, PeerAcceptor acceptor) {
    return at.listen(bench.anywhere(), acceptor);
  }

  /** Messages go both ways over one connection; both sides know who is at the other end. */
  @Test
  default void messagesGoBothWays() throws Exception {
    try (TransportBench bench = createBench();
        PeerTransport near = bench.createTransport(0);
        PeerTransport far = bench.createTransport(1)) {
      Inbox here = new Inbox();
      Inbox there = new Inbox();
      try (PeerServer door = listen(bench, far, there);
          PeerSession session = near.connect(door.endpoint(), bench.address(1), here)) {
        assertThat(session.remote()).isEqualTo(bench.address(1));
        session.send(envelope(1, "a question"));
        assertThat(there.await(1)).containsExactly(envelope(1, "a question"));
        assertThat(there.sessions().getFirst().remote()).isEqualTo(bench.address(0));
        there.sessions().getFirst().send(envelope(2, "an answer"));
        assertThat(here.await(1)).containsExactly(envelope(2, "an answer"));
        assertThat(here.sessions().getFirst().remote()).isEqualTo(bench.address(1));
        assertThat(near.roundTrip(door.endpoint()).isNegative()).isFalse();
      }
    }
  }

  /** Messages keep the order of the calls, long ones too. */
  @Test
  default void messagesKeepTheirOrder() throws Exception {
    try (TransportBench bench = createBench();
        PeerTransport near = bench.createTransport(0);
        PeerTransport far = bench.createTransport(1)) {
      Inbox there = new Inbox();
      try (PeerServer door = listen(bench, far, there);
          PeerSession session = near.connect(door.endpoint(), bench.address(1), new Inbox())) {
        List<PeerEnvelope> sent = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
          PeerEnvelope envelope = envelope(i, "x".repeat(i % 10 == 0 ? 20_000 : i));
          sent.add(envelope);
          session.send(envelope);
        }
        assertThat(there.await(sent.size())).isEqualTo(sent);
      }
    }
  }

  /** Calls of many threads may overlap; each thread's messages keep their order. */
  @Test
  default void callsMayOverlap() throws Exception {
    try (TransportBench bench = createBench();
        PeerTransport near = bench.createTransport(0);
        PeerTransport far = bench.createTransport(1)) {
      Inbox there = new Inbox();
      try (PeerServer door = listen(bench, far, there);
          PeerSession session = near.connect(door.endpoint(), bench.address(1), new Inbox())) {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          String name = "thread " + t;
          calls.add(
              () -> {
                for (int i = 1; i <= 50; i++) {
                  session.send(envelope(i, name));
                }
                return 50;
              });
        }
        assertThat(Check.atOnce(calls)).containsOnly(50);
        List<PeerEnvelope> all = there.await(200);
        for (int t = 0; t < 4; t++) {
          PeerMessage of = new PeerMessage.CloseNotice("thread " + t);
          assertThat(all)
              .filteredOn(e -> e.message().equals(of))
              .extracting(PeerEnvelope::sequence)
              .hasSize(50)
              .isSorted();
        }
      }
    }
  }

  /** Where nobody listens, nobody is reached; it is worth another try. */
  @Test
  default void whoIsNotThereIsNamed() throws Exception {
    try (TransportBench bench = createBench();
        PeerTransport near = bench.createTransport(0)) {
      EdgeBeatException refusal =
          Check.refused(
              ErrorCode.PEER_UNREACHABLE,
              bench.nowhere().toString(),
              () -> near.connect(bench.nowhere(), bench.address(1), new Inbox()));
      assertThat(refusal.advice()).isNotEqualTo(RetryAdvice.NEVER);
    }
  }

  /** Who is not who it should be is not talked to. */
  @Test
  default void whoIsAnotherIsRefused() throws Exception {
    try (TransportBench bench = createBench();
        PeerTransport near = bench.createTransport(0);
        PeerTransport far = bench.createTransport(1)) {
      Inbox there = new Inbox();
      try (PeerServer door = listen(bench, far, there)) {
        Check.refused(
            ErrorCode.PEER_MISBEHAVED,
            bench.address(2).toString(),
            () -> near.connect(door.endpoint(), bench.address(2), new Inbox()));
        assertThat(there.envelopes()).isEmpty();
      }
    }
  }

  /** A door that is closed is closed, also the second time; another may be opened. */
  @Test
  default void aClosedDoorIsClosed() throws Exception {
    try (TransportBench bench = createBench();
        PeerTransport near = bench.createTransport(0);
        PeerTransport far = bench.createTransport(1)) {
      PeerServer door = listen(bench, far, new Inbox());
      PeerEndpoint at = door.endpoint();
      door.close();
      door.close();
      assertThat(door.endpoint()).isEqualTo(at);
      Check.refused(
          ErrorCode.PEER_UNREACHABLE, () -> near.connect(at, bench.address(1), new Inbox()));
      try (PeerServer again = listen(bench, far, new Inbox());
          PeerSession session = near.connect(again.endpoint(), bench.address(1), new Inbox())) {
        assertThat(session.remote()).isEqualTo(bench.address(1));
      }
    }
  }

  /** Who has closed a connection is told so; the other side no longer reaches it. */
  @Test
  default void aClosedConnectionIsClosed() throws Exception {
    try (TransportBench bench = createBench();
        PeerTransport near = bench.createTransport(0);
        PeerTransport far = bench.createTransport(1)) {
      Inbox there = new Inbox();
      try (PeerServer door = listen(bench, far, there)) {
        PeerSession session = near.connect(door.endpoint(), bench.address(1), new Inbox());
        session.send(envelope(1, "hello"));
        there.await(1);
        session.close();
        session.close();
        assertThat(session.remote()).isEqualTo(bench.address(1));
        Check.refused(ErrorCode.CLOSED, () -> session.send(envelope(2, "again")));
        PeerSession back = there.sessions().getFirst();
        awaitBroken(back);
        assertThat(there.envelopes()).hasSize(1);
      }
    }
  }

  /** The other side may need a moment to notice. */
  private static void awaitBroken(PeerSession session) throws InterruptedException {
    Check.await(
        () -> {
          try {
            session.send(envelope(9, "are you there"));
            return "sent";
          } catch (EdgeBeatException e) {
            return e.code().name();
          }
        },
        code -> assertThat(code).isEqualTo(ErrorCode.PEER_UNREACHABLE.name()));
  }

  /** A closed transport is closed, with its door and every connection. */
  @Test
  default void aClosedTransportIsClosed() throws Exception {
    try (TransportBench bench = createBench();
        PeerTransport near = bench.createTransport(0)) {
      PeerTransport far = bench.createTransport(1);
      Inbox there = new Inbox();
      PeerServer door = listen(bench, far, there);
      PeerEndpoint at = door.endpoint();
      PeerSession session = near.connect(at, bench.address(1), new Inbox());
      session.send(envelope(1, "hello"));
      there.await(1);
      PeerSession back = there.sessions().getFirst();
      far.close();
      far.close();
      Check.refused(ErrorCode.CLOSED, () -> back.send(envelope(2, "again")));
      awaitBroken(session);
      Check.refused(
          ErrorCode.PEER_UNREACHABLE, () -> near.connect(at, bench.address(1), new Inbox()));
      assertThat(far.roundTrip(at).isNegative()).isFalse();
      Check.refused(ErrorCode.CLOSED, () -> listen(bench, far, there));
      Check.refused(ErrorCode.CLOSED, () -> far.connect(at, bench.address(1), new Inbox()));
      door.close();
    }
  }
}
