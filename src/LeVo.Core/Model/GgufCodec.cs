using System.Globalization;
using LeVo.Core.Checkpoints;
using LeVo.Core.Configuration;

namespace LeVo.Core.Model;

/// <summary>The music codec in GGUF files: the flow decoder and the autoencoder's decoder. Neither can encode.</summary>
internal static class GgufCodec
{
    private const string HeadsKey = GgufNames.Flow + ".attention.head_count", Positions = "flow.position_embedding.weight";

    /// <summary>The codec's files; parts without a GGUF file are looked up as those of a release.</summary>
    public static CodecFiles Files(
        GgufHeader? flow, GgufHeader? vae, FileLookup lookup, string folder, IReadOnlyList<string> unreadable)
    {
        if (flow is null && vae is null)
            return CodecFiles.Find(Empty(), lookup);
        CodecFiles released = flow is null || vae is null ? CodecFiles.Find(Empty(), lookup) : new(null, null, null, null, [], null);
        var problems = new List<string>();
        Missing(flow?.Path ?? released.Dual, GgufNames.Flow, "flow decoder");
        Missing(vae?.Path ?? released.Vae, GgufNames.Vae, "autoencoder");
        if (problems.Count > 0)
            problems.AddRange(unreadable);
        // The mixed codec alone encodes no prompt: the tracks' codec has to encode, too.
        return new(flow?.Path ?? released.Dual, flow is null ? released.Mixed : null, vae?.Path ?? released.VaeConfig,
            vae?.Path ?? released.Vae, problems, flow is null
                ? released.MixedProblem
                : $"audio prompts can't be encoded: '{flow.Path}' holds the codec's decoder alone, as GGUF files do; " +
                  "the released codec (ckpt/model_septoken, ckpt/model_1rvq) encodes them");

        void Missing(string? path, string architecture, string part)
        {
            if (path is null)
            {
                problems.Add($"the {part} is missing: '{folder}' has no GGUF file of the architecture '{architecture}', and " +
                    "the released file is in none of its places");
            }
        }
    }

    /// <summary>The codec's constants with those of a flow decoder's file.</summary>
    public static LevoCodec Constants(GgufHeader flow, LevoCodec constants, int frameRate) => constants with
    {
        DualHeads = int.TryParse(flow.Values.GetValueOrDefault(HeadsKey), NumberStyles.None, CultureInfo.InvariantCulture,
            out int heads) && heads > 0 ? heads : constants.DualHeads,
        WindowSeconds = flow.Tensors.GetValueOrDefault(Positions) is StoredTensor { Shape: [> 0 and var rows, _] }
            ? Math.Min(constants.WindowSeconds, (double)rows / frameRate)
            : constants.WindowSeconds,
    };

    private static ConfigValue Empty() => YamlConfig.Parse("", "{}", name => name).Root;
}
