package io.edgebeat.api.error;

/**
 * The closed list of everything that can go wrong, grouped by the interface that reports it. The
 * names are stable; the {@code EDGEBEAT ... FAILED code=} lines of the command-line programs print
 * them.
 */
public enum ErrorCode {
  // Any interface.
  /** An argument is outside of what the call accepts. */
  INVALID_ARGUMENT,
  /** The backend does not know this operation; {@code info()} says what it knows. */
  UNSUPPORTED,
  /** The node, handle or backend is closed. */
  CLOSED,
  /** The wait ended before the operation did; the operation goes on. */
  TIMED_OUT,
  /** The waiting thread was interrupted; the operation goes on. */
  INTERRUPTED,
  /** A bounded queue is full. */
  BUSY,
  /** Nothing is left that could complete this call (virtual time only). */
  NOTHING_LEFT,
  /** A defect of this library; the message says where. */
  INTERNAL,

  // Configuration and backends.
  /** A configuration key is not known; the message names the nearest one that is. */
  UNKNOWN_CONFIG_KEY,
  /** A configuration value cannot be read as what the key means. */
  INVALID_CONFIG_VALUE,
  /** No backend of that id is on the class path; the message names the artifact to add. */
  BACKEND_MISSING,
  /** A backend is there but cannot work on this machine; the message says why. */
  BACKEND_UNAVAILABLE,
  /** Two backends claim one id. */
  BACKEND_DUPLICATE,

  // Identity.
  /** A signature is malformed, not low-s, or not by the expected key. */
  BAD_SIGNATURE,
  /** A key file cannot be read with this password or is damaged. */
  BAD_KEYSTORE,
  /** The signer refused to sign this message. */
  SIGNING_REFUSED,

  // Ledger and marketplace.
  /** The ledger cannot be reached. */
  LEDGER_UNAVAILABLE,
  /** The account does not hold enough of the asset. */
  INSUFFICIENT_FUNDS,
  /** The command is not legal in the state the agreement is in; both are named. */
  WRONG_STATE,
  /** The sender of a ledger command is not the party that may send it. */
  NOT_ALLOWED,
  /** An amount is negative, zero where it must not be, or above a cap. */
  BAD_AMOUNT,
  /** A time limit is in the past, too far ahead, or out of order. */
  BAD_TIME,
  /** The same id, listing or signature was used before. */
  DUPLICATE,
  /** No such listing, agreement, transaction or task. */
  NOT_FOUND,
  /** The listing or offer is no longer valid. */
  EXPIRED,
  /** New agreements are paused on the ledger. */
  PAUSED,
  /** The gate of a tenant or policy refused, or none is registered. */
  GATE_REFUSED,
  /** A transaction failed on the ledger; the message carries the ledger's own reason. */
  TRANSACTION_FAILED,

  // Negotiation and scheduling.
  /** The seller rejected the offer; the message carries its reason. */
  OFFER_REJECTED,
  /** The other side did not answer in time. */
  NO_ANSWER,
  /** No listing fits the task and the budget. */
  NO_MATCH,
  /** The terms cost more than the budget allows. */
  OVER_BUDGET,

  // Payment.
  /** A voucher, tick or receipt breaks the rules of the payment channel. */
  BAD_PAYMENT,
  /** The two sides do not agree on what was used. */
  USAGE_DISPUTED,
  /** Signing would contradict something that was signed before. */
  CONFLICTING_SIGNATURE,

  // Content.
  /** Content of that id is nowhere to be found. */
  CONTENT_NOT_FOUND,
  /** Bytes do not match the content id that names them. */
  CONTENT_MISMATCH,
  /** Content is larger than the limit. */
  CONTENT_TOO_LARGE,

  // Execution.
  /** The workload is not what its type says, or breaks the executor's format. */
  BAD_WORKLOAD,
  /** The executor will not run this workload; the message says why. */
  WORKLOAD_REFUSED,
  /** The execution asks for more than its limits, or more than the executor has. */
  LIMIT_EXCEEDED,
  /** The executor itself failed; the workload is not to blame. */
  EXECUTOR_FAILED,

  // Transport.
  /** The other node cannot be reached. */
  PEER_UNREACHABLE,
  /** The other node is not who it should be, or broke the protocol. */
  PEER_MISBEHAVED,

  // Files of a node.
  /** A file of the node is damaged; the message names file and offset. */
  CORRUPTED,
  /** A file of the node was written by an unknown version. */
  UNKNOWN_VERSION,
  /** Another node uses this directory. */
  LOCKED,
  /** Reading or writing a file of the node failed; the node stops taking work. */
  STORAGE_FAILED
}
