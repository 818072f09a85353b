using LeVo.Core.LanguageModel;
using LeVo.Core.Neural;
using LeVo.Core.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Conditioning;

/// <summary>Tokens of the style description.</summary>
internal sealed class DescriptionConditioner(ParameterScope scope, LeLmConfig config)
{
    private readonly Embedding tokens = new(scope.Sub("output_proj"), config.DescriptionVocabulary, config.Width,
        ParameterInit.Normal(1), config.TextPadId);

    /// <returns>[batch, description length, width].</returns>
    public Tensor Forward(Tensor ids) => tokens.Forward(ids);
}
