package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.storage.ContentId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A side that is used through {@link Ledger}, one of them for each actor. */
abstract class LedgerSide implements Side {
  /** Who advertises. */
  static final List<Actor> SELLERS = List.of(Actor.SELLER, Actor.OTHER_SELLER, Actor.STRANGER);

  /** What they advertise. */
  static final List<Bytes32> CONTENTS =
      List.of(ContentId.sha256(new byte[] {10}), ContentId.sha256(new byte[] {11}));

  private static final int PAGE = 1_000;

  private final Scene scene;
  private final Map<Actor, Ledger> ledgers = new EnumMap<>(Actor.class);

  /** What can still be dropped. */
  private final List<List<Sent>> blocks = new ArrayList<>();

  private LedgerCursor cursor = LedgerCursor.START;

  /** A call that was made, and what came of signing and sending it, where that was the end. */
  private record Sent(Ledger ledger, Optional<SignedTransaction> transaction, String end) {}

  LedgerSide(List<Deal> deals, Function<Actor, Ledger> connect) {
    for (Actor actor : Actor.values()) {
      ledgers.put(actor, connect.apply(actor));
    }
    this.scene = new Scene(reader().info().domain(), deals);
  }

  /** What comes next is in a block of this time. */
  abstract void begin(Instant time);

  /** What was sent is in a block now. */
  abstract void seal(Instant time);

  /** Drops the newest blocks that were sealed. */
  abstract void drop(int depth);

  @Override
  public final Scene scene() {
    return scene;
  }

  final Ledger reader() {
    return of(Actor.STRANGER);
  }

  private Ledger of(Actor actor) {
    Ledger ledger = ledgers.get(actor);
    if (ledger == null) {
      throw new IllegalStateException("nobody has connected " + actor);
    }
    return ledger;
  }

  @Override
  public final List<String> play(Instant time, List<Step.Send> sends) {
    begin(time);
    List<Sent> block = new ArrayList<>();
    for (Step.Send send : sends) {
      block.add(send(send));
    }
    seal(time);
    blocks.add(block);
    return block.stream().map(LedgerSide::outcome).toList();
  }

  private Sent send(Step.Send send) {
    Ledger ledger = of(send.by());
    try {
      SignedTransaction transaction = ledger.prepare(send.command().apply(scene));
      if (!send.given()) {
        ledger.abandon(transaction);
        return new Sent(ledger, Optional.empty(), ABANDONED);
      }
      ledger.broadcast(transaction);
      return new Sent(ledger, Optional.of(transaction), "");
    } catch (EdgeBeatException e) {
      return new Sent(ledger, Optional.empty(), e.code().name());
    }
  }

  private static String outcome(Sent sent) {
    if (sent.transaction().isEmpty()) {
      return sent.end();
    }
    return switch (sent.ledger().status(sent.transaction().get().id())) {
      case TransactionStatus.Done done -> DONE;
      case TransactionStatus.Failed failed -> failed.code().name();
      case TransactionStatus other -> other.toString();
    };
  }

  @Override
  public final List<String> again(int depth, List<Integer> order, Instant time) {
    List<List<Sent>> newest = blocks.subList(blocks.size() - depth, blocks.size());
    List<Sent> dropped = newest.stream().flatMap(List::stream).toList();
    newest.clear();
    drop(depth);
    begin(time);
    for (int i : order) {
      Sent sent = dropped.get(i);
      sent.transaction().ifPresent(sent.ledger()::broadcast);
    }
    seal(time);
    blocks.add(dropped);
    return dropped.stream().map(LedgerSide::outcome).toList();
  }

  /** What was sealed so far stays. */
  final void settle() {
    blocks.clear();
  }

  @Override
  public final List<LedgerEntry> news() {
    return read(cursor, true);
  }

  @Override
  public final List<LedgerEntry> all() {
    List<LedgerEntry> standing = new ArrayList<>();
    for (LedgerEntry entry : read(LedgerCursor.START, false)) {
      if (entry.retracted()) {
        standing.removeIf(
            e -> e.blockHash().equals(entry.blockHash()) && e.index() == entry.index());
      } else {
        standing.add(entry);
      }
    }
    return standing;
  }

  private List<LedgerEntry> read(LedgerCursor from, boolean remember) {
    List<LedgerEntry> entries = new ArrayList<>();
    LedgerCursor at = from;
    while (true) {
      EventPage page = reader().awaitEvents(at, PAGE, Duration.ZERO);
      at = page.next();
      entries.addAll(page.entries());
      if (page.entries().isEmpty()) {
        cursor = remember ? at : cursor;
        return entries;
      }
    }
  }

  @Override
  public final String record(int deal) {
    return scene.anonymous(reader().agreement(scene.id(deal), Finality.PENDING).toString());
  }

  @Override
  public final List<String> listings() {
    List<String> found = new ArrayList<>();
    for (Actor seller : SELLERS) {
      for (Bytes32 content : CONTENTS) {
        ListingId id = new ListingId(seller.address(), content);
        found.add(reader().listing(id, Finality.PENDING).toString());
      }
    }
    return found;
  }

  @Override
  public void close() {
    ledgers.values().forEach(Ledger::close);
  }
}
