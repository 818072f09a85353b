using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Conditions;

/// <summary>Lyrics tokens, each with the structure tag of its section.</summary>
internal sealed class LyricsConditioner(ParameterScope scope, LeLmConfig config)
{
    private readonly Embedding tokens = new(scope.Sub("output_proj"), config.LyricsVocabulary, config.Width,
        ParameterInit.Normal(1), config.TextPadId);

    private readonly Embedding structure = new(scope.Sub("structure_emb"), config.StructureRows, config.Width,
        ParameterInit.Normal(1), padding: 0);

    /// <returns>[batch, lyrics length, width].</returns>
    public Tensor Forward(Tensor ids, Tensor sections)
    {
        using var scope = NewDisposeScope();
        return tokens.Forward(ids).Plus(structure.Forward(sections)).MoveToOuterDisposeScope();
    }
}
