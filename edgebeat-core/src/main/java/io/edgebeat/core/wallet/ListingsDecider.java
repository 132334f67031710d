package io.edgebeat.core.wallet;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.market.Listing;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Decider;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Step;

/** Decides for a seller's listings, one advertisement at a time. */
public final class ListingsDecider implements Decider<ListingsState> {

  @Override
  public ListingsState create(PartitionKey key) {
    return new ListingsState();
  }

  @Override
  public void decide(ListingsState s, Event event, Step step) {
    switch (event) {
      case Event.Drawn e -> {
        if (s.receiptKey().isEmpty()) {
          step.fact(new Fact.SecretDrawn(e.what(), e.bytes()));
        }
      }
      case Event.Advertise e -> advertise(s, e, step);
      case Event.Published e -> {
        if (s.outbox.containsKey(e.key())) {
          step.fact(new Fact.Dropped(e.key()));
          ListingsState.Entry entry = s.underway().orElseThrow();
          Listing listing = entry.listing();
          order(
              s,
              new LedgerCommand.Advertise(
                  listing.id().contentHash(), entry.uri(), listing.validUntil()),
              step);
        }
      }
      case Event.WithdrawListing e -> {
        ListingsState.Entry entry =
            s.entry(e.id().toString())
                .filter(x -> x.stage() == ListingsState.Stage.LIVE)
                .orElseThrow(
                    () ->
                        new EdgeBeatException(
                            ErrorCode.NOT_FOUND, "no live listing " + e.id() + " of this seller"));
        step.fact(new Fact.ListingEnded(e.id().toString()));
        order(s, new LedgerCommand.Withdraw(entry.listing().id().contentHash()), step);
      }
      case Event.OrderConcluded e -> concluded(s, e, step);
      case Event.ActionFailed e -> {
        if (s.outbox.containsKey(e.key())) {
          step.fact(new Fact.Dropped(e.key()));
          step.fact(new Fact.Failed(e.code(), e.message()));
        }
      }
      default ->
          throw new EdgeBeatException(
              ErrorCode.WRONG_STATE, event.getClass().getSimpleName() + " is not for the listings");
    }
  }

  private static void advertise(ListingsState s, Event.Advertise e, Step step) {
    Listing listing = e.listing();
    if (!listing.validUntil().isAfter(step.at())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_TIME,
          "a listing valid until "
              + listing.validUntil()
              + " would be expired at once; it is "
              + step.at());
    }
    if (s.underway().isPresent()) {
      throw new EdgeBeatException(
          ErrorCode.BUSY,
          RetryAdvice.AFTER_STATE_CHANGE,
          "listing " + s.underway().get().listing().id() + " is still on its way to the ledger",
          null);
    }
    if (s.entry(listing.id().toString())
        .filter(x -> x.stage() == ListingsState.Stage.LIVE)
        .isPresent()) {
      throw new EdgeBeatException(
          ErrorCode.DUPLICATE, "listing " + listing.id() + " is advertised already");
    }
    step.fact(new Fact.ListingWanted(listing, e.uri()));
  }

  private static void order(ListingsState s, LedgerCommand command, Step step) {
    ActionKey key = new ActionKey("tx:" + command.name(), s.asked + 1);
    step.fact(
        new Fact.Asked(
            key, PartitionKey.WALLET, new Event.Order(PartitionKey.LISTINGS, key, command)));
  }

  private static void concluded(ListingsState s, Event.OrderConcluded e, Step step) {
    if (!s.outbox.containsKey(e.key())) {
      return;
    }
    boolean advertise = e.key().kind().equals("tx:Advertise");
    String id = s.underway().map(x -> x.listing().id().toString()).orElse("");
    switch (e.status()) {
      case TransactionStatus.Failed failed -> {
        step.fact(new Fact.Answered(e.key(), failed.reason()));
        if (advertise) {
          step.fact(new Fact.Failed(failed.code(), failed.reason()));
        }
      }
      default -> step.fact(new Fact.Answered(e.key(), advertise ? id : "withdrawn"));
    }
  }
}
