/** Running a workload: limits, lease, metering and outcome. */
@NullMarked
package io.edgebeat.api.exec;

import org.jspecify.annotations.NullMarked;
