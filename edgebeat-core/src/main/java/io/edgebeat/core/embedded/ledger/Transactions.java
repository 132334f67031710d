package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Signs transactions of one market, and reads what others have signed. Thread-safe. */
final class Transactions {
  private static final int MAX_KEYS = 10_000;

  private final SigningDomain domain;
  private final Bytes32 separator;
  private final SignatureBackend backend;
  private final Map<Address, PublicKey> keys = new ConcurrentHashMap<>();

  Transactions(SigningDomain domain, SignatureBackend backend) {
    this.domain = domain;
    this.separator = domain.separator();
    this.backend = backend;
  }

  SignedTransaction sign(Signer signer, long nonce, LedgerCommand command) {
    if (command instanceof LedgerCommand.Transfer t && t.to().equals(domain.verifyingContract())) {
      // The books would refuse it as well; a signature that can only fail is better not made.
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "tokens cannot be sent to the market itself, " + t.to());
    }
    Address account = signer.address();
    LedgerTransaction transaction = LedgerTransaction.of(account, nonce, command);
    Bytes32 digest = transaction.digest(separator);
    Signature signature =
        signer.sign(
            new SigningRequest.OfTransaction(
                digest, domain.chainId(), command.name() + ", nonce " + nonce));
    Blob bytes = Blob.of(new LedgerTransaction.SignedForm(transaction, signature).encode());
    return new SignedTransaction(new TransactionId(digest), account, nonce, bytes);
  }

  /** Reads bytes that are said to be a transaction, and checks that they are that one. */
  Pending read(SignedTransaction sent) {
    Pending pending = read(sent.bytes());
    if (!pending.id().equals(sent.id())
        || !pending.sender().equals(sent.sender())
        || pending.nonce() != sent.nonce()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "the bytes are transaction "
              + pending.id()
              + " of "
              + pending.sender()
              + " with nonce "
              + pending.nonce()
              + ", not "
              + sent.id()
              + " of "
              + sent.sender()
              + " with nonce "
              + sent.nonce());
    }
    return pending;
  }

  /** Reads bytes and checks that their sender has signed them. */
  Pending read(Blob bytes) {
    LedgerTransaction.SignedForm form = LedgerTransaction.SignedForm.decode(bytes);
    LedgerTransaction transaction = form.transaction();
    LedgerCommand command = transaction.decoded();
    Bytes32 digest = transaction.digest(separator);
    if (!signedBy(transaction.sender(), digest, form.signature())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_SIGNATURE,
          "the signature "
              + form.signature()
              + " of transaction "
              + digest
              + " is malformed, has a high s, or is not by "
              + transaction.sender());
    }
    return new Pending(new TransactionId(digest), transaction, command, bytes);
  }

  /**
   * Verifies with the key an account has shown before, because v does not matter here: the id is
   * that of what was signed.
   */
  private boolean signedBy(Address account, Bytes32 digest, Signature signature) {
    PublicKey known = keys.get(account);
    if (known != null) {
      return backend.verify(digest, signature, known);
    }
    if (!signature.isWellFormed()) {
      return false;
    }
    for (int v = 0; v < 2; v++) {
      Signature either = Signature.of(signature.compact(), signature.recoveryId() ^ v);
      Optional<PublicKey> key = backend.recover(digest, either);
      if (key.isPresent() && key.get().address().equals(account)) {
        if (keys.size() >= MAX_KEYS) {
          keys.clear();
        }
        keys.put(account, key.get());
        return true;
      }
    }
    return false;
  }
}
