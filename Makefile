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
	tmpl/fmt.c \
	tmpl/ftoa.c \
	tmpl/func.c \
	tmpl/lex.c \
	tmpl/parse.c \
	tmpl/text.c \
	tmpl/unicode.c \
	tmpl/value.c

GEN_SRC := \
	gen/cert.c \
	gen/config.c \
	gen/dns.c \
	gen/docker.c \
	gen/haproxy.c \
	gen/here.c \
	gen/http.c \
	gen/input.c \
	gen/label.c \
	gen/label_table.c \
	gen/label_value.c \
	gen/member.c \
	gen/model.c \
	gen/model_fields.c \
	gen/option.c \
	gen/pass.c \
	gen/pile.c \
	gen/proc.c \
	gen/report.c \
	gen/snapshot.c \
	gen/stubs.c \
	gen/swap.c \
	gen/swarm.c \
	gen/util.c \
	gen/value.c

UNIT := \
	tests/unit/test_util.c

SRC := gen.c $(GEN_SRC) $(TMPL_SRC)
OBJ := $(SRC:%.c=$(BUILD)/%.o)
SAN_OBJ := $(SRC:%.c=$(BUILD)/san/%.o)
SAN_LIB := $(filter-out $(BUILD)/san/gen.o,$(SAN_OBJ))
UNIT_BIN := $(UNIT:%.c=$(BUILD)/san/%)
DEFAULTS := $(BUILD)/gen/default_tmpl.h

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all run test check install uninstall clean deps san units help

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

$(BUILD)/san/tests/unit/%: $(BUILD)/san/tests/unit/%.o $(SAN_LIB)
	$(CC) $(SANITIZE) -o $@ $^ $(PKG_LIBS) -lcmocka

$(BUILD)/tools/%: tests/tools/%.c
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) -O2 -g -o $@ $< $(TOOL_LIBS) -lpthread

# the only file of the image that the tests use
$(BUILD)/tools/web: TOOL_LIBS := -static

-include $(OBJ:.o=.d) $(SAN_OBJ:.o=.d) $(UNIT:%.c=$(BUILD)/san/%.d)

##: make            build build/lbgen
##: make run        install what it needs, build, and show the main job
run:
	@scripts/run

##: make test       install what the tests need, run everything; SUITE="unit live" for a part
test:
	@tests/run $(SUITE)

units: $(UNIT_BIN)
san: $(BUILD)/san/lbgen

##: make check      format, clang-tidy, cppcheck, shellcheck, floors
check:
	@scripts/check

##: make clean      remove what was built
clean:
	rm -rf $(BUILD)
