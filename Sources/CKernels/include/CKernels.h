// The innermost loops of Clade. Each has a variant per instruction set, chosen once at run time.
//
// Every variant performs the same operations on every number in the same order, so that all of them
// give the same bits: vector lanes run across points or centers, never across the dimensions of one
// distance, and multiply-add is always fused.
#ifndef CLADE_KERNELS_H
#define CLADE_KERNELS_H

#include "accumulate.h"
#include "assign.h"
#include "assign_cells.h"
#include "assign_lead.h"
#include "assign_neighbors.h"
#include "assign_shortlist.h"
#include "box_candidates.h"
#include "decimals.h"
#include "distance_sums.h"
#include "distance_table.h"
#include "distances.h"
#include "elementary.h"
#include "exact_parts.h"
#include "isa.h"
#include "kd_edges.h"
#include "kd_frontier.h"
#include "kd_regions.h"
#include "kd_tree.h"
#include "metric_distances.h"
#include "medoid_silhouettes.h"
#include "medoid_swaps.h"
#include "mixture_expectation.h"
#include "mixture_scatter.h"
#include "nearest_lists.h"
#include "neighbor_lists.h"
#include "panels.h"
#include "plane_cut.h"
#include "sparse_scores.h"
#include "ward_nearest.h"
#include "text_lanes.h"
#include "warping.h"

#endif
