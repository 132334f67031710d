package io.edgebeat.core.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.net.PeerServer;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import io.edgebeat.core.embedded.transport.JvmNetwork;
import io.edgebeat.testkit.fault.FaultyContentStore;
import io.edgebeat.testkit.fault.FaultyLedger;
import io.edgebeat.testkit.fault.FaultyTransport;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The doubles fail at the calls they were told, in the way they were told, and at no others. */
class FaultyBackendsTest {
  private static final byte[] FILE = "twenty-five degrees".getBytes(StandardCharsets.UTF_8);

  private static void fails(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aLedgerIsOutOfReachSwallowsAndIsLate() {
    SignatureBackend signatures = EdgeBeat.signatures();
    KeySigner key = KeySigner.generate(signatures, new SecureRandom());
    try (EmbeddedChain chain =
        EmbeddedChain.inMemory(
            EmbeddedChain.config(signatures).funds(Map.of(key.address(), Edg.of("10"))))) {
      Ledger sound = chain.connect(key);
      FaultyLedger faulty =
          new FaultyLedger(sound, 1)
              .broadcastFails(1)
              .broadcastSwallowed(2)
              .broadcastUnheard(2)
              .eventsLate(1)
              .eventsFail(3);
      SignedTransaction t = faulty.prepare(new LedgerCommand.VaultDeposit(Edg.of("1")));
      fails(ErrorCode.LEDGER_UNAVAILABLE, () -> faulty.broadcast(t));
      assertThat(sound.status(t.id())).isInstanceOf(TransactionStatus.Unknown.class);
      faulty.broadcast(t); // reaches the ledger: 1 of swallowed and of unheard
      assertThat(sound.status(t.id())).isInstanceOf(TransactionStatus.Done.class);
      SignedTransaction u = faulty.prepare(new LedgerCommand.VaultDeposit(Edg.of("2")));
      faulty.broadcast(u);
      assertThat(sound.status(u.id())).isInstanceOf(TransactionStatus.Unknown.class);
      fails(ErrorCode.LEDGER_UNAVAILABLE, () -> faulty.broadcast(u));
      assertThat(sound.status(u.id())).isInstanceOf(TransactionStatus.Done.class);
      var late = faulty.awaitEvents(LedgerCursor.START, 9, Duration.ZERO);
      assertThat(late.entries()).isEmpty();
      assertThat(faulty.awaitEvents(late.next(), 9, Duration.ZERO).entries()).hasSize(2);
      fails(
          ErrorCode.LEDGER_UNAVAILABLE,
          () -> faulty.awaitEvents(LedgerCursor.START, 9, Duration.ZERO));
      assertThat(faulty.happened())
          .containsExactly(
              "broadcast out of reach at call 1",
              "broadcast swallowed at call 2",
              "broadcast done, answer lost at call 2",
              "events late at call 1",
              "events out of reach at call 3");
    }
  }

  @Test
  void aLedgerTellsTheSameTwice() {
    SignatureBackend signatures = EdgeBeat.signatures();
    KeySigner key = KeySigner.generate(signatures, new SecureRandom());
    try (EmbeddedChain chain =
        EmbeddedChain.inMemory(
            EmbeddedChain.config(signatures).funds(Map.of(key.address(), Edg.of("10"))))) {
      FaultyLedger faulty = new FaultyLedger(chain.connect(key), 1).eventsRepeated(1);
      faulty.broadcast(faulty.prepare(new LedgerCommand.VaultDeposit(Edg.of("1"))));
      var twice = faulty.awaitEvents(LedgerCursor.START, 9, Duration.ZERO);
      var again = faulty.awaitEvents(twice.next(), 9, Duration.ZERO);
      assertThat(again.entries()).hasSize(1);
      assertThat(twice.entries())
          .containsExactly(again.entries().getFirst(), again.entries().getFirst());
      assertThat(faulty.awaitEvents(again.next(), 9, Duration.ZERO).entries()).isEmpty();
      assertThat(faulty.happened()).containsExactly("events told twice at call 1");
    }
  }

  @Test
  void aContentStoreLosesWhatItWasTold() {
    try (ContentStore sound = EmbeddedContent.inMemory()) {
      ContentId id = sound.put(ContentSource.of(FILE), Progress.NONE);
      ContentId other = sound.put(ContentSource.of(new byte[1]), Progress.NONE);
      FaultyContentStore faulty = new FaultyContentStore(sound, 1).loses(id);
      fails(ErrorCode.CONTENT_NOT_FOUND, () -> faulty.open(id));
      fails(ErrorCode.CONTENT_NOT_FOUND, () -> faulty.open(id));
      assertThat(read(faulty, other)).hasSize(1);
    }
  }

  /** Of a payment its preimage, of what carries neither that nor a signature its number. */
  @Test
  void aTransportChangesOneBit() {
    JvmNetwork network = new JvmNetwork();
    Address here = Address.of(new byte[20]);
    List<PeerEnvelope> came = new ArrayList<>();
    PeerServer door =
        network
            .transport(here)
            .listen(new PeerEndpoint(""), (session, envelope) -> came.add(envelope));
    FaultyTransport faulty =
        new FaultyTransport(network.transport(here), 1).corrupts(1).corrupts(3);
    PeerSession session = faulty.connect(door.endpoint(), here, (s, e) -> {});
    PeerMessage.Ticks tick = new PeerMessage.Ticks(1, 2, Bytes32.ZERO);
    PeerEnvelope paying = new PeerEnvelope(NegotiationId.of(new byte[16]), 1, 0, tick);
    session.send(paying);
    session.send(paying);
    session.send(message(2));
    PeerMessage.Ticks changed = (PeerMessage.Ticks) came.get(0).message();
    assertThat(came.get(0).sequence()).isEqualTo(1);
    assertThat(changed.ticks()).isEqualTo(2);
    assertThat(new BigInteger(1, changed.preimage().toBytes()).bitCount()).isEqualTo(1);
    assertThat(came.get(1)).isEqualTo(paying);
    assertThat(came.get(2).message()).isEqualTo(message(2).message());
    assertThat(Long.bitCount(came.get(2).sequence() ^ 2)).isEqualTo(1);
  }

  @Test
  void aContentStoreRefusesLosesAndChangesOneByte() {
    try (ContentStore sound = EmbeddedContent.inMemory()) {
      FaultyContentStore faulty =
          new FaultyContentStore(sound, 1).putFails(2).openFails(2).openCorrupted(2);
      ContentId id = faulty.put(ContentSource.of(FILE), Progress.NONE);
      fails(ErrorCode.STORAGE_FAILED, () -> faulty.put(ContentSource.of(FILE), Progress.NONE));
      assertThat(read(faulty, id)).isEqualTo(FILE);
      fails(ErrorCode.CONTENT_NOT_FOUND, () -> faulty.open(id));
      byte[] changed = read(faulty, id);
      int differ = 0;
      for (int i = 0; i < FILE.length; i++) {
        differ += changed[i] == FILE[i] ? 0 : 1;
      }
      assertThat(differ).isEqualTo(1);
      assertThat(read(faulty, id)).isEqualTo(FILE);
      assertThat(faulty.happened()).hasSize(3);
    }
  }

  private static byte[] read(ContentStore store, ContentId id) {
    try (ContentReader reader = store.open(id)) {
      return reader.readAll(1_000);
    }
  }

  @Test
  void aTransportLosesDoublesAndCuts() {
    JvmNetwork network = new JvmNetwork();
    Address here = Address.of(new byte[20]);
    List<Long> came = new ArrayList<>();
    PeerServer door =
        network
            .transport(here)
            .listen(new PeerEndpoint(""), (session, envelope) -> came.add(envelope.sequence()));
    FaultyTransport faulty =
        new FaultyTransport(network.transport(here), 1).loses(2).doubles(2).cuts(5);
    PeerSession session = faulty.connect(door.endpoint(), here, (s, e) -> {});
    for (long i = 1; i <= 4; i++) {
      session.send(message(i));
    }
    fails(ErrorCode.PEER_UNREACHABLE, () -> session.send(message(5)));
    fails(ErrorCode.CLOSED, () -> session.send(message(6)));
    assertThat(came).containsExactly(1L, 3L, 3L, 4L);
    assertThat(faulty.happened())
        .containsExactly(
            "message lost at call 2", "message doubled at call 2", "connection cut at call 5");
  }

  private static PeerEnvelope message(long sequence) {
    return new PeerEnvelope(
        NegotiationId.of(new byte[16]), sequence, 0, new PeerMessage.CloseNotice("done"));
  }

  /** What is random comes from the seed: the same again for the same seed. */
  @Test
  void theSameSeedLosesTheSameMessages() {
    assertThat(lost(7)).isEqualTo(lost(7)).isNotEqualTo(lost(8));
    assertThat(lost(7)).hasSizeBetween(20, 80);
  }

  private static List<String> lost(long seed) {
    JvmNetwork network = new JvmNetwork();
    Address here = Address.of(new byte[20]);
    PeerServer door = network.transport(here).listen(new PeerEndpoint(""), (s, e) -> {});
    FaultyTransport faulty = new FaultyTransport(network.transport(here), seed).loses(0.5);
    PeerSession session = faulty.connect(door.endpoint(), here, (s, e) -> {});
    for (long i = 1; i <= 100; i++) {
      session.send(message(i));
    }
    return faulty.happened();
  }
}
