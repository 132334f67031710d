package io.edgebeat.exec.wasm;

import java.time.Instant;

/** What an execution wants of whoever runs its guest; for any thread. */
interface GuestControl extends HostControl {
  /** Whether its end is wanted. */
  boolean isEnding();

  /** Whether the guest is to be held. */
  boolean isPaused();

  /** When the guest ends by itself. */
  Instant leaseUntil();
}
