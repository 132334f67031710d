package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.storage.ContentId;
import java.time.Duration;
import java.util.Optional;

/**
 * An agreement that a sequence is about. Times count from {@link World#START}.
 *
 * @param voucherKey nobody for the zero address
 * @param absent in whose place as a party the zero address is, if it is
 * @param openBy seconds
 * @param expiry seconds
 * @param challenge seconds
 * @param salt makes it another
 */
record Deal(
    Actor buyer,
    Actor seller,
    Optional<Actor> voucherKey,
    Optional<Actor> absent,
    Amount deposit,
    Amount fee,
    long openBy,
    long expiry,
    long challenge,
    long tenant,
    long policy,
    Agreement.Funding funding,
    int salt) {

  private static final Address NOBODY = Address.of(new byte[20]);

  private Address party(Actor actor) {
    return absent.filter(actor::equals).isPresent() ? NOBODY : actor.address();
  }

  Agreement toAgreement() {
    return new Agreement(
        party(buyer),
        party(seller),
        voucherKey.map(Actor::address).orElse(NOBODY),
        deposit,
        fee,
        World.START.plusSeconds(openBy),
        World.START.plusSeconds(expiry),
        Duration.ofSeconds(challenge),
        tenant,
        policy,
        funding,
        ContentId.sha256(new byte[] {(byte) salt}));
  }
}
