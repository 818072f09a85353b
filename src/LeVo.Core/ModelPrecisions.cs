using LeVo.Core.Checkpoints;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Model;

namespace LeVo.Core;

/// <summary>What a precision means to the parts that compute in it.</summary>
internal static class ModelPrecisions
{
    /// <summary>Bits of the CPU engine's weights.</summary>
    public static WeightBits ToWeightBits(this ModelPrecision precision) =>
        precision == ModelPrecision.Int4 ? WeightBits.Four : WeightBits.Eight;

    /// <summary>The type of libtorch's weights.</summary>
    public static ElementType ToElementType(this ModelPrecision precision) => precision switch
    {
        ModelPrecision.BFloat16 => ElementType.BFloat16,
        ModelPrecision.Float16 => ElementType.Float16,
        _ => ElementType.Float32,
    };

    /// <summary>How the CPU engine stores keys and values.</summary>
    public static KvFormat ToKvFormat(this LeVoOptions options) =>
        options.KvCachePrecision == ModelPrecision.Int8 ? KvFormat.Int8 : KvFormat.Half;

    /// <summary>Bytes of one element of the KV caches.</summary>
    public static double CacheElementBytes(this LeVoOptions options, LeLmConfig config) => options.Backend == ModelBackend.Cpu
        ? options.ToKvFormat().ElementBytes(config.HeadWidth)
        : options.EffectivePrecision.ElementBytes();

    /// <summary>Bytes of a floating-point element.</summary>
    public static int ElementBytes(this ModelPrecision precision) =>
        precision == ModelPrecision.Float32 ? sizeof(float) : sizeof(ushort);
}
