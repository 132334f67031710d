package io.edgebeat.core.agreement;

/** What moves a seller's work. */
public enum SellerEvent {
  /** OPEN was seen deep enough. */
  OPEN_SEEN,
  /** The open that was seen is gone. */
  OPEN_RETRACTED,
  /** The channel is open again: the open came back, or a close that was seen is gone. */
  REOPENED,
  /** Set-up and first tick are held, the image is there and admitted. */
  IMAGE_READY,
  /** No payment, no image, a wrong image, a refusal, or too late. */
  PROVISION_FAILED,
  /** The execution runs and its lease is set. */
  STARTED,
  /** It could not be started. */
  START_FAILED,
  /** A tick boundary, and the next tick is not paid within maxUnpaidTicks. */
  UNPAID,
  /** The payment came. */
  PAID,
  /** The payment did not come in time. */
  GRACE_OVER,
  /** Stop, exit, fault, lease over, expiry near, deposit used up, or a close was seen. */
  STOP,
  /** The execution has ended, and a further task may follow. */
  ENDED_MORE,
  /** The execution has ended, and it was the last task. */
  ENDED_LAST,
  /** No order came for too long, or the buyer wants no more. */
  IDLE,
  /** CLOSED was seen at FINAL. */
  CLOSED_FINAL
}
