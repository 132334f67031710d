/** What a program and its buyer say to one another while it runs; lives in memory alone. */
@NullMarked
package io.edgebeat.core.talk;

import org.jspecify.annotations.NullMarked;
