/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_fuzz.c - random streams with every invariant walked after every operation,
 * and arguments that no client would send.  A failure prints kernel, size and seed.
 */
#include "machine.h"

#define NR_OPS 1200

static void run_stream(enum mm386_kernel k, unsigned mib, const char *cmdline, unsigned cpus,
		       uint64_t seed)
{
	struct mm386 *m = boot_cpus(k, mib, cmdline, cpus);
	struct stream s;

	stream_init(&s, seed);
	for (unsigned i = 0; i < NR_OPS; i++) {
		const char *broken;

		stream_step(&s, m);
		if (i % 16 == 0)
			mm386_digest(m);
		broken = mm386_check(m);
		if (broken)
			fail_msg("kernel %s, %u MiB, seed %llu, operation %u broke: %s",
				 mm386_kernel_name(k), mib, (unsigned long long)seed, i, broken);
	}
	while (s.nr_live > 0) {
		struct mm386_op op = free_op(s.live[0].pfn, s.live[0].order);
		struct mm386_result res = apply(m, op);

		assert_true(res.ok);
		stream_note(&s, &op, &res);
	}
	drain_cpus(m);
	assert_machine_valid(m);
	for (unsigned z = 0; z < m->s->info.nr_zones; z++)
		assert_int_equal(m->s->zone[z].nr_free, m->s->zone[z].managed);
	mm386_free(m);
}

static void test_fuzz_streams_keep_every_invariant(void **state)
{
	(void)state;
	run_stream(MM386_KERNEL_24, 8, "", 1, 1);
	run_stream(MM386_KERNEL_24, 24, "", 1, 2);
	run_stream(MM386_KERNEL_24, 80, "highmem=12M", 1, 5); /* starts unaligned */
	run_stream(MM386_KERNEL_26, 40, "", 1, 3);
	run_stream(MM386_KERNEL_26, 80, "highmem=12M", 3, 6);
	run_stream(MM386_KERNEL_61, 48, "", 1, 4);
	run_stream(MM386_KERNEL_61, 96, "highmem=30M", 32, 7);
}

/* Calls made of random bits: the machine stays whole and the result is filled. */
static void test_fuzz_wild_arguments(void **state)
{
	(void)state;
	FOR_EACH_KERNEL(k)
	{
		struct mm386 *m = boot(k, 48);
		struct stream s;

		stream_init(&s, 99 + k);
		for (unsigned i = 0; i < 20000; i++) {
			struct mm386_op op = {
				.id = (uint16_t)stream_random(&s, MM386_NR_OPS + 1),
				.given = (uint16_t)stream_random(&s, 64),
			};
			struct mm386_error err = {0};
			struct mm386_result res = {0};
			uint64_t seq = mm386_seq(m);

			for (unsigned a = 0; a < MM386_OP_ARGS; a++)
				op.arg[a] = s.rng >> stream_random(&s, 64);
			if (mm386_apply(m, &op, &res, &err)) {
				assert_true(err.detail[0] != '\0');
				assert_int_equal(mm386_seq(m), seq);
				continue;
			}
			assert_int_equal(res.seq, seq + 1);
			assert_true(res.ok == (res.err == 0));
			assert_true(res.ok || res.nr_why > 0);
			mm386_expect(m, &op);
		}
		assert_machine_valid(m);
		mm386_free(m);
	}
}

/* The checks see what they are there to see: break a machine by hand, one way at a time. */
static void test_fuzz_checks_notice(void **state)
{
	struct mm386 *m = boot(MM386_KERNEL_26, 64);
	pfn_t head = m->s->zone[1].free[10][MM386_MIGRATE_MOVABLE].head,
	      second = m->page[head].next;
	struct mm386 *b;

	(void)state;
	for (unsigned way = 0; way < 9; way++) {
		assert_int_equal(mm386_copy(m, &b), 0);
		switch (way) {
		case 0:
			b->page[second].prev = second;
			break;
		case 1:
			b->s->zone[1].free[10][MM386_MIGRATE_MOVABLE].nr++;
			break;
		case 2:
			b->s->zone[1].nr_free--;
			break;
		case 3:
			b->page[head].order = 9;
			break;
		case 4:
			b->kind[head + 5] = MM386_KIND_USER;
			break;
		case 5:
			b->page[head + 5].flags = PF_HEAD;
			break;
		case 6:
			b->s->zone[1].managed++;
			break;
		case 7:
			b->pageblock[3] = MM386_MIGRATETYPES;
			break;
		default:
			mm386_digest(b);
			b->page[head + 5].private_ = 1; /* changed, but not marked */
			break;
		}
		if (!mm386_check(b))
			fail_msg("damage %u was not noticed", way);
		mm386_free(b);
	}
	mm386_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fuzz_streams_keep_every_invariant),
		cmocka_unit_test(test_fuzz_wild_arguments),
		cmocka_unit_test(test_fuzz_checks_notice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
