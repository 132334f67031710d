package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerParameters;
import java.time.Duration;
import java.time.Instant;

/** The circumstances of a sequence: what is checked, and who has how much. */
@SuppressWarnings("ImmutableEnumChecker") // amounts are values
enum World {
  /** Fees, floor and cap as in life. */
  USUAL(
      Edg.of("1000000"),
      parameters(Edg.of("0.1"), Edg.of("0.01"), Edg.of("100")),
      Edg.of("2000"),
      Edg.of("25")),
  /** No fee must be, and everything is allowed that 96 bits can say. */
  BOUNDLESS(
      new Amount(Asset.EDG, Amount.MAX),
      parameters(Edg.units(0), Edg.units(0), new Amount(Asset.EDG, Amount.MAX)),
      new Amount(Asset.EDG, Amount.MAX).minus(Edg.of("10000")),
      Edg.of("2000"));

  /** When a sequence begins. */
  static final Instant START = Instant.ofEpochSecond(1_800_010_000);

  /** Has what nobody else has, and decides for the platform. */
  static final KeySigner OWNER = Keys.of("OWNER");

  private final Amount supply;
  private final LedgerParameters parameters;
  private final Amount rich;
  private final Amount usual;

  World(Amount supply, LedgerParameters parameters, Amount rich, Amount usual) {
    this.supply = supply;
    this.parameters = parameters;
    this.rich = rich;
    this.usual = usual;
  }

  private static LedgerParameters parameters(Amount listingFee, Amount feeFloor, Amount cap) {
    return new LedgerParameters(
        listingFee, feeFloor, cap, Duration.ofMinutes(1), Duration.ofDays(1), Duration.ofDays(30));
  }

  Amount supply() {
    return supply;
  }

  LedgerParameters parameters() {
    return parameters;
  }

  Amount funds(Actor actor) {
    return actor == Actor.RICH_BUYER ? rich : usual;
  }

  /** What the owner keeps. */
  Amount rest() {
    Amount rest = supply;
    for (Actor actor : Actor.values()) {
      rest = rest.minus(funds(actor));
    }
    return rest;
  }
}
