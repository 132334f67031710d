/** The market contract: commands to calls, logs to events, reverts to codes. */
@NullMarked
package io.edgebeat.chain.evm.market;

import org.jspecify.annotations.NullMarked;
