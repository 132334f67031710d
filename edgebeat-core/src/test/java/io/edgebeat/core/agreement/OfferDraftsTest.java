package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import io.edgebeat.core.document.ListingDraft;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Protocol;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a buyer proposes, and which tasks an agreement takes. */
class OfferDraftsTest {
  private static final NegotiationId NEXT = NegotiationId.of(new byte[16]);

  private static OfferDrafts drafts(TwoSides world) {
    return new OfferDrafts(world.protocol, BuyerPolicy.DEFAULTS);
  }

  private static Event.Begin begin(OfferDrafts drafts, TwoSides world, TaskSpec spec) {
    return begin(drafts, world, spec, world.listing());
  }

  private static Event.Begin begin(
      OfferDrafts drafts, TwoSides world, TaskSpec spec, Listing listing) {
    return drafts.begin(
        new OfferDrafts.Randomness(
            NEXT,
            ContentId.sha256(new byte[] {9}),
            world.voucherKey,
            TwoSides.secret("first seed")),
        world.buyerKey.address(),
        Optional.of(world.taskId),
        spec,
        world.setup.budget,
        List.of(listing),
        1,
        new OfferDrafts.Mode(Event.Way.COMPACT, Agreement.Funding.WALLET),
        world.now);
  }

  private static void refused(
      OfferDrafts drafts, TwoSides world, TaskSpec spec, ErrorCode code, String... parts) {
    assertThatThrownBy(() -> begin(drafts, world, spec))
        .isInstanceOfSatisfying(EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContainingAll(parts);
  }

  private static Listing at(TwoSides world, long tick, CapabilityInfo... capabilities) {
    return new ListingDraft(
            TwoSides.key("seller at " + tick).address(),
            1,
            TwoSides.T0.plus(Duration.ofDays(1)),
            "jvm:seller",
            world.protocol.address(world.receiptKey),
            "local",
            new ResourceSpec(1000, 1L << 30, 0),
            Set.of("wasm"),
            List.of(capabilities),
            new Price(Edg.units(tick), TickUnit.seconds(1), Edg.units(50)),
            true)
        .toListing();
  }

  @Test
  void aBudgetThatIsTooSmallIsToldWithAllThatItMustHold() {
    TwoSides.Setup setup = new TwoSides.Setup();
    try (TwoSides world = new TwoSides(setup)) {
      setup.budget = Edg.of("0.01").plus(Edg.units(50 + 100 + 7));
      OfferDrafts drafts = drafts(world);
      assertThat(begin(drafts, world, world.spec().resultAmount(Edg.units(7)))).isNotNull();
      refused(
          drafts,
          world,
          world.spec().resultAmount(Edg.units(8)),
          ErrorCode.OVER_BUDGET,
          setup.budget.toString(),
          "set-up " + Edg.units(50),
          "one tick at " + Edg.units(100),
          "the result amount " + Edg.units(8));
      setup.budget = Edg.of("0.01").plus(Edg.units(149));
      assertThatThrownBy(() -> begin(drafts, world, world.spec()))
          .hasMessageContaining("one tick")
          .hasMessageNotContaining("result amount");
    }
  }

  @Test
  void whatNobodySellsIsNotDrafted() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      refused(
          drafts(world),
          world,
          world.spec().capabilities("thermometer"),
          ErrorCode.NO_MATCH,
          world.listing().id().toString(),
          "\"thermometer\"");
    }
  }

  @Test
  void ofWhatIsSoldTheTermsNameWhatIsWanted() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      Listing listing =
          at(
              world,
              1,
              new CapabilityInfo("camera", "sensor/images", "The yard's.", 9),
              new CapabilityInfo("thermometer", "sensor/temperature", "The roof's.", 3));
      TaskSpec spec = world.spec().capabilities("thermometer");
      assertThat(begin(drafts(world), world, spec, listing).terms().capabilities())
          .isEqualTo(Map.of("thermometer", 3L));
      assertThatThrownBy(
              () ->
                  begin(
                      drafts(world),
                      world,
                      world.spec().capabilities("thermometer", "bell"),
                      listing))
          .hasMessageContaining("\"bell\"");
    }
  }

  /** A ledger's bounds are kept, whatever the buyer would like. */
  @Test
  void theChallengeIsOneThatTheLedgerTakes() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      Map<Duration, Duration[]> bounds =
          Map.of(
              Duration.ofHours(36),
              new Duration[] {Duration.ofHours(36), Duration.ofDays(30)},
              Duration.ofHours(2),
              new Duration[] {Duration.ofHours(1), Duration.ofHours(2)},
              BuyerPolicy.DEFAULTS.challenge(),
              new Duration[] {Duration.ofHours(1), Duration.ofDays(30)});
      bounds.forEach(
          (expected, bound) -> {
            LedgerInfo info = world.protocol.ledger();
            LedgerParameters p = info.parameters();
            LedgerParameters other =
                new LedgerParameters(
                    p.listingFee(), p.feeFloor(), p.depositCap(), bound[0], bound[1], p.maxLife());
            Protocol protocol =
                new Protocol(
                    new LedgerInfo(
                        info.domain(), info.asset(), info.finalityDepth(), info.commands(), other),
                    TwoSides.SIGNATURES);
            OfferDrafts drafts = new OfferDrafts(protocol, BuyerPolicy.DEFAULTS);
            assertThat(begin(drafts, world, world.spec()).agreement().challenge())
                .isEqualTo(expected);
          });
    }
  }

  @Test
  void theNextSellerIsTheFirstThatTheBudgetAllows() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      OfferDrafts drafts = drafts(world);
      Amount most = world.setup.budget;
      Listing dear = at(world, most.baseUnits().longValueExact());
      Listing fits = at(world, 90);
      Listing behind = at(world, 80);
      Event.Begin again =
          drafts
              .again(world.begin, NEXT, dear, List.of(dear, fits, behind), world.now)
              .orElseThrow();
      assertThat(again.listing()).isEqualTo(fits);
      assertThat(again.alternatives()).containsExactly(behind);
      assertThat(again.negotiation()).isEqualTo(NEXT);
      assertThat(again.voucherKey()).isEqualTo(world.begin.voucherKey());
      assertThat(again.agreement().seller()).isEqualTo(fits.seller());
      assertThat(drafts.again(world.begin, NEXT, dear, List.of(dear), world.now)).isEmpty();
    }
  }

  /** And the seller takes only what its buyer would have offered: see {@link MessagesTest}. */
  @Test
  void aTaskThatAsksForMoreThanTheTermsGiveIsToldWhy() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup())) {
      Terms terms = world.begin.terms();
      TaskSpec fits = world.spec();
      OfferDrafts drafts = drafts(world);
      assertThat(drafts.taskProblem(terms, fits)).isEmpty();
      Map<TaskSpec, String> misfits = new LinkedHashMap<>();
      ExecutionLimits l = fits.limits();
      misfits.put(
          with(fits, new Workload("oci", fits.workload().image(), Optional.empty(), List.of())),
          "workload type wasm, not oci");
      misfits.put(with(fits, Workload.wasm(TwoSides.content("another"))), "for image");
      misfits.put(fits.resultAmount(Edg.units(3)), "hold back " + Edg.units(0));
      String more = "more than the terms give";
      misfits.put(limits(fits, l.memoryBytes(), l.inputBytes() + 1, l.outputBytes()), more);
      misfits.put(limits(fits, l.memoryBytes(), l.inputBytes(), l.outputBytes() + 1), more);
      misfits.put(
          limits(fits, l.memoryBytes() + 1, l.inputBytes(), l.outputBytes())
              .resources(fits.resources()),
          more);
      misfits.put(fits.limits(l.withWallTime(l.wallTime().plusSeconds(1))), more);
      misfits.put(
          fits.hostProfile(new HostProfile(Optional.empty(), Optional.empty(), Map.of("A", "b"))),
          more);
      misfits.put(fits.capabilities("thermometer"), more);
      misfits.put(
          fits.resources(
              new ResourceSpec(
                  fits.resources().cpuMillis() + 1, fits.resources().memoryBytes(), 0)),
          more);
      misfits.forEach(
          (spec, why) ->
              assertThat(drafts.taskProblem(terms, spec))
                  .as(spec.toString())
                  .hasValueSatisfying(problem -> assertThat(problem).contains(why)));
      assertThat(misfits).hasSize(10);
    }
  }

  private static TaskSpec with(TaskSpec spec, Workload workload) {
    return TaskSpec.of(workload).limits(spec.limits()).resources(spec.resources());
  }

  private static TaskSpec limits(TaskSpec spec, long memory, long input, long output) {
    return spec.limits(new ExecutionLimits(memory, spec.limits().wallTime(), input, output));
  }
}
