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
 * @param openBy seconds
 * @param expiry seconds
 * @param challenge seconds
 * @param salt makes it another
 */
record Deal(
    Actor buyer,
    Actor seller,
    Optional<Actor> voucherKey,
    Amount deposit,
    Amount fee,
    long openBy,
    long expiry,
    long challenge,
    long tenant,
    long policy,
    Agreement.Funding funding,
    int salt) {

  Agreement toAgreement() {
    return new Agreement(
        buyer.address(),
        seller.address(),
        voucherKey.map(Actor::address).orElse(Address.of(new byte[20])),
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
