package io.edgebeat.samples.weather;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.NodeEvent;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.market.MaximumLoss;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A buyer reveals some ticks, and then says nothing more: no tick, no signature. */
final class BuyerStopsPaying implements Fault {
  private static final int TICKS = 5;

  @Override
  public String id() {
    return "buyer-stops-paying";
  }

  @Override
  public Ending run(Stage stage) throws IOException {
    EdgeBeatNode attic = stage.attic(stage.newKey(), node -> node);
    KeySigner key = stage.newKey();
    Mute mute = new Mute(stage, key);
    // It has all the time in the world, so that it is the seller who has to end it.
    EdgeBeatNode miser =
        stage.buyer(
            "miser", key, node -> node.transport(mute).option("buyer.settleTimeout", "PT1H"));
    stage.show(miser, event -> !(mute.silent && event.name().startsWith("Said.")));
    stage.fund(miser);
    AtomicLong begun = new AtomicLong();
    attic.events(
        event -> {
          if (event.negotiation().equals(mute.negotiation)) {
            follow(event, begun, mute, stage);
          }
        });
    Task task = stage.job().submit(miser.buyer());
    TaskOutcome outcome = task.await(Duration.ofMinutes(1));
    AgreementRecord spoiled = stage.closed(task.agreement().orElseThrow());
    Price price = stage.offer().terms().price();
    long paid = ticksIn(spoiled.paid(), price);

    stage.step("attic is free again, and an honest buyer comes");
    Settled bought = stage.settled(stage.job().submit(stage.buyer().buyer()));

    MaximumLoss printed = stage.offer().maximumLoss();
    long unpaid = begun.get() - paid;
    return new Ending(
        bought,
        List.of("buyer", "attic", "tower", "harbour"),
        spoiled,
        printed,
        "seller",
        price.perTick().times(unpaid),
        printed.seller(),
        List.of(
            "The first buyer fell silent after "
                + paid
                + " ticks; the task came to "
                + outcome
                + ".",
            "The seller begins a tick only when all but "
                + stage.offer().terms().maxUnpaidTicks()
                + " of those before it are paid, so it",
            "had begun "
                + begun.get()
                + " and was short of "
                + unpaid
                + ". It held the program until its",
            "grace or its lease was over, and released with the best payment it had: nobody else's",
            "signature is needed for that. The rest went back to the buyer, who has no result.",
            "Then attic sold the whole task to somebody who pays."));
  }

  private static void follow(NodeEvent event, AtomicLong begun, Mute mute, Stage stage) {
    switch (event.name()) {
      case "TicksBegun" -> begun.set(Long.parseLong(event.details().getOrDefault("ticks", "0")));
      case "Said.PauseNotice" -> {
        if (mute.silent) {
          stage.step("seller holds the program: the next tick is not paid");
        }
      }
      case "Said.TaskEnded" -> stage.step("seller's patience is over: the program is ended");
      default -> {}
    }
  }

  /** Lets some ticks pass, and then nothing more. */
  private static final class Mute extends Wire {
    private final Stage stage;
    volatile boolean silent;
    volatile @Nullable NegotiationId negotiation;

    Mute(Stage stage, KeySigner key) {
      super(stage.transport(key));
      this.stage = stage;
    }

    @Override
    void says(PeerEnvelope envelope, Consumer<PeerEnvelope> onward) {
      if (silent) {
        return;
      }
      negotiation = envelope.negotiation();
      if (envelope.message() instanceof PeerMessage.Ticks paid && paid.ticks() >= TICKS) {
        silent = true;
        stage.step("the buyer reveals tick " + paid.ticks() + ", and falls silent");
      }
      onward.accept(envelope);
    }
  }

  private static long ticksIn(Amount paid, Price price) {
    return paid.minus(price.setup())
        .baseUnits()
        .divide(price.perTick().baseUnits())
        .longValueExact();
  }
}
