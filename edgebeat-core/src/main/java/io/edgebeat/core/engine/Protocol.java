package io.edgebeat.core.engine;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What every decision needs and no decision changes: the ledger's domain and rules, and signature
 * checks. Keys that were recovered once are kept, because verifying is cheaper than recovering, and
 * so are the last signatures that were found to lead to their signer; that changes no answer.
 */
public final class Protocol {
  private static final int KEYS_KEPT = 10_000;

  private final LedgerInfo ledger;
  private final Bytes32 separator;
  private final SignatureBackend signatures;
  private final Map<Address, PublicKey> keys = new ConcurrentHashMap<>();
  private final Set<Recovered> recovered = ConcurrentHashMap.newKeySet();

  /** A signature whose recovery id leads to its signer. */
  private record Recovered(Address signer, Bytes32 digest, Signature signature) {}

  /**
   * For one ledger.
   *
   * @param ledger what the ledger says of itself
   * @param signatures checks signatures
   */
  public Protocol(LedgerInfo ledger, SignatureBackend signatures) {
    this.ledger = ledger;
    this.separator = ledger.domain().separator();
    this.signatures = signatures;
  }

  /** What the ledger says of itself. */
  public LedgerInfo ledger() {
    return ledger;
  }

  /** The backend that is used. */
  public SignatureBackend signatures() {
    return signatures;
  }

  /** The digest of a message on this ledger. */
  public Bytes32 digest(TypedMessage message) {
    return message.digest(separator);
  }

  /** The id of an agreement on this ledger. */
  public AgreementId id(Agreement agreement) {
    return new AgreementId(digest(agreement));
  }

  /** Whether a plain key has signed a message: ECDSA recovery only, low-s only. */
  public boolean signedBy(Address signer, TypedMessage message, Signature signature) {
    return signedBy(signer, digest(message), signature);
  }

  /** Whether a plain key has signed a digest. */
  public boolean signedBy(Address signer, Bytes32 digest, Signature signature) {
    PublicKey known = keys.get(signer);
    if (known != null) {
      return signatures.verify(digest, signature, known);
    }
    Optional<PublicKey> key =
        signatures.recover(digest, signature).filter(k -> k.address().equals(signer));
    key.ifPresent(k -> keep(signer, k));
    return key.isPresent();
  }

  /**
   * The same as {@link #signedBy} for a signature that a ledger will see: one recovery answers both
   * whether it is right and whether the ledger will find it so, and {@link #recoverable} need not
   * ask again.
   */
  public boolean signedForLedger(Address signer, TypedMessage message, Signature signature) {
    Bytes32 digest = digest(message);
    return leadsTo(signer, digest, signature) || signedBy(signer, digest, signature);
  }

  private void keep(Address signer, PublicKey key) {
    if (keys.size() < KEYS_KEPT) {
      keys.put(signer, key);
    }
  }

  private boolean leadsTo(Address signer, Bytes32 digest, Signature signature) {
    Recovered question = new Recovered(signer, digest, signature);
    if (recovered.contains(question)) {
      return true;
    }
    Optional<PublicKey> key =
        signatures.recover(digest, signature).filter(k -> k.address().equals(signer));
    if (key.isPresent()) {
      keep(signer, key.get());
      if (recovered.size() >= KEYS_KEPT) {
        recovered.clear();
      }
      recovered.add(question);
    }
    return key.isPresent();
  }

  /**
   * A signature as a ledger takes it: with the recovery id that leads to its signer. {@link
   * #signedBy} does not look at the recovery id, because a known key does not need it; a ledger
   * recovers and does.
   *
   * @param signer who has signed, as was checked before
   * @param message what was signed
   * @param signature the signature as it came
   */
  public Signature recoverable(Address signer, TypedMessage message, Signature signature) {
    return leadsTo(signer, digest(message), signature)
        ? signature
        : Signature.of(signature.compact(), 1 - signature.recoveryId());
  }

  /** A claim with the recovery id that a ledger needs. */
  public VoucherClaim recoverable(Agreement agreement, VoucherClaim claim) {
    Voucher voucher = claim.voucher().message();
    Signature signature = recoverable(agreement.voucherKey(), voucher, claim.voucher().signature());
    return new VoucherClaim(new Signed<>(voucher, signature), claim.ticks(), claim.preimage());
  }

  /** Signs with a key that lives in the state: deterministic, so that a repetition is identical. */
  public <T extends TypedMessage> Signed<T> sign(T message, Secret key) {
    return new Signed<>(message, signatures.sign(digest(message), key));
  }

  /** The account of a key that lives in the state. */
  public Address address(Secret key) {
    return signatures.publicKey(key).address();
  }
}
