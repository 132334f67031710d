/** Content by its id: what a workload, an input and a result travel as. */
@NullMarked
package io.edgebeat.api.storage;

import org.jspecify.annotations.NullMarked;
