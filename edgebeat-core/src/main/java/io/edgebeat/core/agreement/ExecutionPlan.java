package io.edgebeat.core.agreement;

import java.time.Instant;
import java.util.Optional;

/**
 * What a running execution should be like, by the seller's state. The shell makes it so, as often
 * as it takes: every part may be repeated without harm.
 *
 * @param taskNo which task
 * @param held whether it is to be held
 * @param stop why it is to be stopped, empty while it is not
 * @param leaseUntil until when it may run without a further word
 * @param granted how many paid units it may use since its start
 */
public record ExecutionPlan(
    int taskNo, boolean held, Optional<String> stop, Instant leaseUntil, long granted) {}
