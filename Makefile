# lbgen: `make run` shows it, `make test` tests it, `make help` lists the rest.
VERSION := 1.0.0
CC ?= cc
PREFIX ?= /usr/local
DESTDIR ?=
SYSCONFDIR ?= /etc
BUILD ?= build

PKGS := libcurl jansson inih libcares libcrypto libssl
CFLAGS ?= -Os -g
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wswitch-enum -Wcast-qual -fno-common -Werror
HARDEN := -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2 -ffunction-sections -fdata-sections
LINK_HARDEN := -pie -Wl,-z,relro,-z,now -Wl,--gc-sections -Wl,--as-needed
SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
STD := -std=c11 -D_GNU_SOURCE -DLBGEN_VERSION='"$(VERSION)"' -DLBGEN_SYSCONFDIR='"$(SYSCONFDIR)"' -I.
# only where it is needed: `make help` works with nothing installed
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS))
PKG_LIBS = $(shell pkg-config --libs $(PKGS))

TMPL_SRC := \
	tmpl.c \
	tmpl/builtin.c \
	tmpl/docs.c \
	tmpl/eval.c \
	tmpl/fmt.c \
	tmpl/ftoa.c \
	tmpl/func.c \
	tmpl/func_go.c \
	tmpl/func_json.c \
	tmpl/func_list.c \
	tmpl/func_text.c \
	tmpl/hash.c \
	tmpl/json.c \
	tmpl/lex.c \
	tmpl/literal.c \
	tmpl/node.c \
	tmpl/parse.c \
	tmpl/regex.c \
	tmpl/regex_parse.c \
	tmpl/text.c \
	tmpl/unicode.c \
	tmpl/value.c \
	tmpl/walk.c

GEN_SRC := \
	gen/apply.c \
	gen/cert.c \
	gen/cfgtext.c \
	gen/check.c \
	gen/config.c \
	gen/config_compat.c \
	gen/config_docs.c \
	gen/config_env.c \
	gen/config_ini.c \
	gen/config_table.c \
	gen/config_types.c \
	gen/diff.c \
	gen/dns.c \
	gen/dns_parse.c \
	gen/dns_query.c \
	gen/docker.c \
	gen/hafunc.c \
	gen/haproxy.c \
	gen/haproxy_ask.c \
	gen/haproxy_bind.c \
	gen/haproxy_reload.c \
	gen/haproxy_state.c \
	gen/here.c \
	gen/http.c \
	gen/input.c \
	gen/label.c \
	gen/label_table.c \
	gen/label_value.c \
	gen/learn.c \
	gen/member.c \
	gen/maps.c \
	gen/model.c \
	gen/model_address.c \
	gen/model_fields.c \
	gen/model_front.c \
	gen/model_global.c \
	gen/model_member.c \
	gen/model_name.c \
	gen/model_pool.c \
	gen/model_route.c \
	gen/option.c \
	gen/pass.c \
	gen/pile.c \
	gen/proc.c \
	gen/render.c \
	gen/quarantine.c \
	gen/report.c \
	gen/secret.c \
	gen/show.c \
	gen/show_one.c \
	gen/snapshot.c \
	gen/status.c \
	gen/swap.c \
	gen/swarm.c \
	gen/tables.c \
	gen/util.c \
	gen/value.c

UNIT := \
	tests/unit/test_cert.c \
	tests/unit/test_cfgtext.c \
	tests/unit/test_config.c \
	tests/unit/test_dns.c \
	tests/unit/test_haproxy.c \
	tests/unit/test_hostile.c \
	tests/unit/test_model.c \
	tests/unit/test_report.c \
	tests/unit/test_snapshot.c \
	tests/unit/test_swap.c \
	tests/unit/test_tmpl.c \
	tests/unit/test_triplets.c \
	tests/unit/test_util.c \
	tests/unit/test_value.c

SRC := gen.c $(GEN_SRC) $(TMPL_SRC)
OBJ := $(SRC:%.c=$(BUILD)/%.o)
SAN_OBJ := $(SRC:%.c=$(BUILD)/san/%.o)
SAN_LIB := $(filter-out $(BUILD)/san/gen.o,$(SAN_OBJ))
UNIT_BIN := $(UNIT:%.c=$(BUILD)/san/%)
CONFORM := $(BUILD)/san/tests/tmpl/conform
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BIN := $(FUZZ_SRC:%.c=$(BUILD)/san/%)
DEFAULTS := $(BUILD)/gen/default_tmpl.h

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all run test check install uninstall docs screenshot bench fuzz deb clean san units help

all: $(BUILD)/lbgen

help:
	@sed -n 's/^##: //p' $(MAKEFILE_LIST)

# the default template is built in, so that the program needs no file to start
$(DEFAULTS): haproxy.tmpl
	@mkdir -p $(@D)
	@{ echo 'static const unsigned char default_tmpl[] = {'; od -An -v -tx1 $< | sed 's/ \(..\)/0x\1,/g'; echo '};'; } > $@

$(BUILD)/lbgen: $(OBJ)
	$(CC) $(LINK_HARDEN) $(LDFLAGS) -o $@ $(OBJ) $(PKG_LIBS)

$(BUILD)/san/lbgen: $(SAN_OBJ)
	$(CC) $(SANITIZE) -o $@ $(SAN_OBJ) $(PKG_LIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) $(HARDEN) $(CFLAGS) $(PKG_CFLAGS) -I$(BUILD)/gen -MMD -MP -c -o $@ $<

$(BUILD)/san/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) $(SANITIZE) $(PKG_CFLAGS) -I$(BUILD)/gen -MMD -MP -c -o $@ $<

$(OBJ) $(SAN_OBJ): | $(DEFAULTS)

# the engine is what takes time on large data
$(TMPL_SRC:%.c=$(BUILD)/%.o): CFLAGS += -O2

$(BUILD)/san/tests/unit/test_hostile $(BUILD)/san/tests/unit/test_model $(BUILD)/san/tests/unit/test_triplets: $(BUILD)/san/tests/unit/triplets.o
$(BUILD)/san/tests/unit/%: $(BUILD)/san/tests/unit/%.o $(SAN_LIB)
	$(CC) $(SANITIZE) -o $@ $^ $(PKG_LIBS) -lcmocka

$(CONFORM): tests/tmpl/conform.c $(SAN_LIB)
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) $(SANITIZE) $(PKG_CFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/san/tests/fuzz/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/driver.c $(SAN_LIB)
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) $(SANITIZE) $(PKG_CFLAGS) $(FUZZ_LINK) -o $@ $^ $(PKG_LIBS)

# a target's own stand-ins (of http, say) come before the program's
FUZZ_LINK := -Wl,--allow-multiple-definition

# libFuzzer comes with clang
FUZZ_CC ?= clang
FUZZ_FLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZ_OBJ := $(patsubst %.c,$(BUILD)/fuzz/%.o,$(GEN_SRC) $(TMPL_SRC))
$(FUZZ_OBJ): | $(DEFAULTS)

$(BUILD)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(STD) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link $(PKG_CFLAGS) -I$(BUILD)/gen -MMD -MP -c -o $@ $<

$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(FUZZ_OBJ)
	$(FUZZ_CC) $(STD) $(FUZZ_FLAGS) -fsanitize=fuzzer $(PKG_CFLAGS) $(FUZZ_LINK) -o $@ $^ $(PKG_LIBS)

$(BUILD)/bench/tmpl: tests/bench/tmpl.c $(filter-out $(BUILD)/gen.o,$(OBJ))
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) $(CFLAGS) $(PKG_CFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/tools/%: tests/tools/%.c
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) -O2 -g -o $@ $< $(TOOL_LIBS) -lpthread

# the only file of the image that the tests use
$(BUILD)/tools/web: TOOL_LIBS := -static

-include $(FUZZ_OBJ:.o=.d)
-include $(OBJ:.o=.d) $(SAN_OBJ:.o=.d) $(UNIT:%.c=$(BUILD)/san/%.d)

##: make            build build/lbgen
##: make run        install what it needs, build, and show the main job
run:
	@scripts/run

##: make test       install what the tests need, run everything; SUITE="unit live" for a part
test:
	@tests/run $(SUITE)

units: $(UNIT_BIN) $(CONFORM) $(FUZZ_BIN)
san: $(BUILD)/san/lbgen

##: make screenshot docs/stats.png anew: HAProxy's statistics page, by headless Chromium
screenshot:
	@scripts/screenshot

##: make check      format, clang-tidy, cppcheck, shellcheck, floors
check:
	@scripts/check

# What is installed where; the units and hooks name the real places.
BINDIR = $(PREFIX)/bin
LIBDIR = $(PREFIX)/lib
SHAREDIR = $(PREFIX)/share
MANDIR = $(SHAREDIR)/man
DOCDIR = $(SHAREDIR)/doc/lbgen
UNITDIR = $(LIBDIR)/systemd/system
BASHDIR = $(SHAREDIR)/bash-completion/completions
ZSHDIR = $(SHAREDIR)/zsh/site-functions
STRIP = -s
UNITS = $(wildcard hooks/systemd/*.service hooks/systemd/*.timer hooks/systemd/*.path)
PAGES = $(wildcard docs/*.[578])
GUIDES = README.md $(wildcard docs/*.md)
EXAMPLES = $(shell find hooks/container hooks/cron.d hooks/metrics -type f 2>/dev/null)
# SOURCE:TARGET, for both of the next two
FILES = haproxy.tmpl:$(SHAREDIR)/lbgen/haproxy.tmpl \
	LICENSE:$(DOCDIR)/LICENSE \
	hooks/docker-events:$(LIBDIR)/lbgen/docker-events \
	hooks/on-change:$(LIBDIR)/lbgen/on-change \
	hooks/systemd/lbgen.tmpfiles:$(LIBDIR)/tmpfiles.d/lbgen.conf \
	hooks/systemd/lbgen.sysusers:$(LIBDIR)/sysusers.d/lbgen.conf \
	packaging/completion/lbgen.bash:$(BASHDIR)/lbgen \
	packaging/completion/_lbgen:$(ZSHDIR)/_lbgen \
	$(foreach f,$(GUIDES),$(f):$(DOCDIR)/$(notdir $(f))) \
	$(foreach f,$(PAGES),$(f):$(MANDIR)/man$(subst .,,$(suffix $(f)))/$(notdir $(f))) \
	$(foreach f,$(EXAMPLES),$(f):$(DOCDIR)/examples/$(f:hooks/%=%)) \
	$(foreach f,$(UNITS),$(f):$(UNITDIR)/$(f:hooks/systemd/%=%))

##: make install    install below DESTDIR/PREFIX (PREFIX=/usr/local); keeps an lb.ini that is there
install: all
	install -D -m 755 $(STRIP) $(BUILD)/lbgen $(DESTDIR)$(BINDIR)/lbgen
	for f in $(FILES); do from=$${f%%:*} to=$(DESTDIR)$${f#*:}; \
		if [ -x $$from ]; then m=755; else m=644; fi; \
		install -D -m $$m $$from $$to || exit 1; done
	sed -i 's|/usr/bin/lbgen|$(BINDIR)/lbgen|g; s|/usr/lib/lbgen/|$(LIBDIR)/lbgen/|g; s|/etc/lbgen|$(SYSCONFDIR)/lbgen|g' \
		$(foreach f,$(UNITS),$(DESTDIR)$(UNITDIR)/$(f:hooks/systemd/%=%))
	[ -e $(DESTDIR)$(SYSCONFDIR)/lbgen/lb.ini ] || install -D -m 644 lb.ini $(DESTDIR)$(SYSCONFDIR)/lbgen/lb.ini
	if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then systemd-sysusers lbgen.conf && \
		systemd-tmpfiles --create lbgen.conf && systemctl daemon-reload; fi

##: make uninstall  remove it again; an lb.ini that was changed stays
uninstall:
	if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then \
		systemctl disable --now lbgen.timer lbgen.path lbgen-events.service || true; fi
	rm -f $(DESTDIR)$(BINDIR)/lbgen
	for f in $(FILES); do rm -f $(DESTDIR)$${f#*:}; done
	if cmp -s lb.ini $(DESTDIR)$(SYSCONFDIR)/lbgen/lb.ini; then rm -f $(DESTDIR)$(SYSCONFDIR)/lbgen/lb.ini; fi
	find $(foreach d,$(LIBDIR)/lbgen $(SHAREDIR)/lbgen $(DOCDIR) $(SYSCONFDIR)/lbgen,$(DESTDIR)$(d)) \
		-depth -type d -empty -delete 2>/dev/null || true
	if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi

##: make docs       write what the tables say into the manual pages and lb.ini
docs: all
	@scripts/docs

##: make bench      figures: a pass that changes nothing, and what else tests/bench measures
bench: all
	@tests/bench/run

##: make fuzz       fuzz the parsers with libFuzzer, 600 s each; SECONDS=60 for less
fuzz:
	@tests/fuzz/run $(or $(SECONDS),600)

##: make deb        a Debian package in build/
deb:
	@scripts/deps deb
	@packaging/build-deb $(VERSION) $(BUILD)

##: make clean      remove what was built
clean:
	rm -rf $(BUILD)
