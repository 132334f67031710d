package io.edgebeat.core.settle;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.core.document.Proof;
import java.util.List;
import java.util.Optional;

/** What several checks of one proof ask. */
final class ProofView {
  static final Amount NOTHING = Amount.zero(Asset.EDG);

  private final Proof proof;
  private final SignatureBackend signatures;
  private final Bytes32 separator;

  ProofView(Proof proof, SignatureBackend signatures) {
    this.proof = proof;
    this.signatures = signatures;
    this.separator = proof.domain().separator();
  }

  Proof proof() {
    return proof;
  }

  /** Whether somebody has not signed a message: what is wrong, as a ledger would find it. */
  Optional<String> unsigned(String what, Address signer, TypedMessage message, Signature by) {
    Optional<Address> found =
        signatures.recover(message.digest(separator), by).map(PublicKey::address);
    return found.filter(signer::equals).isPresent()
        ? Optional.empty()
        : Optional.of(
            what
                + " is signed by "
                + found.map(Address::toString).orElse("nobody")
                + ", not by "
                + signer);
  }

  /** The best value that was revealed. */
  Amount paid() {
    return proof.vouchers().stream().map(VoucherClaim::value).reduce(NOTHING, Amount::max);
  }

  /** How many ticks were revealed in all. */
  long ticks() {
    return proof.vouchers().stream().mapToLong(VoucherClaim::ticks).sum();
  }

  /** What the ledger has told of one kind, in its order. */
  <E extends LedgerEvent> List<E> events(Class<E> kind) {
    return proof.ledger().stream()
        .map(e -> e.event())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  /** Top-ups as far as the ledger has told. */
  Amount topUps() {
    List<LedgerEvent.ToppedUp> all = events(LedgerEvent.ToppedUp.class);
    return all.isEmpty() ? NOTHING : all.getLast().topUps();
  }

  /** What was claimed as far as the ledger has told. */
  Amount claimed() {
    List<LedgerEvent.Claimed> all = events(LedgerEvent.Claimed.class);
    return all.isEmpty() ? NOTHING : all.getLast().claimed();
  }

  Optional<LedgerEvent.Closed> closed() {
    return events(LedgerEvent.Closed.class).stream().reduce((a, b) -> b);
  }

  /** The most that can be paid. */
  Amount funds() {
    return proof.agreement().deposit().plus(topUps());
  }
}
