"""The few machine instructions that the generated kernel is made of: load, store, compare.

State lives in reserved memory and is reached by address, so that one function pointer serves a
batch, a single event and a replay alike. Everything here compiles to one or two instructions.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_I8, _I32, _I64, _I128 = (ir.IntType(bits) for bits in (8, 32, 64, 128))


def _load(bits):
    @intrinsic
    def load(typingctx, address):
        def codegen(context, builder, signature, args):
            kind = ir.IntType(bits)
            pointer = builder.inttoptr(args[0], kind.as_pointer())
            value = builder.load(pointer)
            return value if bits == 64 else builder.sext(value, _I64)

        return types.int64(types.int64), codegen

    return load


def _store(bits):
    @intrinsic
    def store(typingctx, address, value):
        def codegen(context, builder, signature, args):
            kind = ir.IntType(bits)
            pointer = builder.inttoptr(args[0], kind.as_pointer())
            value = args[1] if bits == 64 else builder.trunc(args[1], kind)
            builder.store(value, pointer)
            return context.get_dummy_value()

        return types.void(types.int64, types.int64), codegen

    return store


ld8, ld32, ld64 = _load(8), _load(32), _load(64)
st32, st64 = _store(32), _store(64)


@intrinsic
def prefetch(typingctx, address):
    """Ask for the cache line at an address, to be read and written soon."""

    def codegen(context, builder, signature, args):
        pointer = builder.inttoptr(args[0], _I8.as_pointer())
        name = "llvm.prefetch"
        function = builder.module.declare_intrinsic(
            name,
            (_I8.as_pointer(),),
            ir.FunctionType(ir.VoidType(), [_I8.as_pointer(), _I32, _I32, _I32]),
        )
        builder.call(function, [pointer, _I32(1), _I32(3), _I32(1)])
        return context.get_dummy_value()

    return types.void(types.int64), codegen


@intrinsic
def shift(typingctx, value, places):
    """Logical shift to the right of a 64-bit word."""

    def codegen(context, builder, signature, args):
        return builder.lshr(args[0], args[1])

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def compare(typingctx, a, b, c, d):
    """The sign of `a * b - c * d`, exactly, in 128 bits."""

    def codegen(context, builder, signature, args):
        wide = [builder.sext(arg, _I128) for arg in args]
        left, right = builder.mul(wide[0], wide[1]), builder.mul(wide[2], wide[3])
        above = builder.zext(builder.icmp_signed(">", left, right), _I64)
        below = builder.zext(builder.icmp_signed("<", left, right), _I64)
        return builder.sub(above, below)

    return types.int64(types.int64, types.int64, types.int64, types.int64), codegen
