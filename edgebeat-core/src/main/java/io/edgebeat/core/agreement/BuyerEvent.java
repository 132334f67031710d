package io.edgebeat.core.agreement;

/** What moves a buyer's work. */
public enum BuyerEvent {
  /** OPEN was seen deep enough, and a task waits. */
  OPEN_WITH_TASK,
  /** OPEN was seen deep enough, and no task waits. */
  OPEN_IDLE,
  /** The open that was seen is gone. */
  OPEN_RETRACTED,
  /** The channel is open again: the open came back, or a close that was seen is gone. */
  REOPENED,
  /** A further task is ordered. */
  ORDER,
  /** The seller says that the task runs. */
  STARTED,
  /** The seller refuses the task, or never starts it. */
  NOT_STARTED,
  /** The seller says that the task has ended, or the buyer stops it, or the expiry is near. */
  ENDED,
  /** The result is checked and paid; a further task may follow. */
  CHECKED_MORE,
  /** The result is checked and paid; it was the last task. */
  CHECKED_LAST,
  /** No further task is wanted. */
  FINISH,
  /** CLOSING or CLOSED was seen. */
  CLOSE_SEEN,
  /** CLOSED was seen at FINAL. */
  CLOSED_FINAL
}
