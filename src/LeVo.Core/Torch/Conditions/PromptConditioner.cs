using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Embedding = LeVo.Core.Torch.Layers.Embedding;

namespace LeVo.Core.Torch.Conditions;

/// <summary>Codes of the audio prompt behind an end-of-text vector: mixed codes for stack 1, the sum over the dual-track codes
/// for stack 2.</summary>
internal sealed class PromptConditioner(ParameterScope scope, LeLmConfig config)
{
    private readonly Embedding[] codes =
    [
        .. Enumerable.Range(0, config.Codebooks).Select(k => new Embedding(scope.Sub("emb").Sub(k),
            config.PromptCodeSize + 2, config.Width, ParameterInit.Normal(1), config.PromptCodeSize + 1)),
    ];

    private readonly Parameter firstEnd = scope.Take("EOT_emb", [1, config.Width], ParameterInit.Normal(1));
    private readonly Parameter secondEnd = scope.Take("layer2_EOT_emb", [1, config.Width], ParameterInit.Normal(1));

    /// <summary>Where the tables live.</summary>
    public Device Device => firstEnd.device;

    /// <param name="ids">[batch, codebooks, prompt length - 1].</param>
    /// <returns>[batch, prompt length, width] for each stack.</returns>
    public (Tensor First, Tensor Second) Forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        Tensor tracks = codes[1].Forward(ids.select(1, 1));
        for (int k = 2; k < codes.Length; k++)
            tracks = tracks.Plus(codes[k].Forward(ids.select(1, k)));
        return (
            After(firstEnd, codes[0].Forward(ids.select(1, 0))).MoveToOuterDisposeScope(),
            After(secondEnd, tracks).MoveToOuterDisposeScope());
    }

    private static Tensor After(Parameter end, Tensor embedded) =>
        cat([end.expand(embedded.size(0), 1, end.size(-1)), embedded], 1);
}
