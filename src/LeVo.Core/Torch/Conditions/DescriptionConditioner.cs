using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Conditions;

/// <summary>Tokens of the style description.</summary>
internal sealed class DescriptionConditioner(ParameterScope scope, LeLmConfig config)
{
    private readonly Embedding tokens = new(scope.Sub("output_proj"), config.DescriptionVocabulary, config.Width,
        ParameterInit.Normal(1), config.TextPadId);

    /// <returns>[batch, description length, width].</returns>
    public Tensor Forward(Tensor ids) => tokens.Forward(ids);
}
