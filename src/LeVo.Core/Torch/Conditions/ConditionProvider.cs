using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Conditions;

/// <summary>
/// Embeds conditions and puts them in the config's order (paper, section 3). Gradients flow into the tables unless the caller
/// guards against it. Padding is attended to like anything else, so there are no masks.
/// </summary>
/// <param name="scope">The checkpoint's <c>condition_provider</c>.</param>
/// <param name="config">Sizes and the order of the conditions.</param>
/// <param name="preparer">Turns texts into ids; may be null where only ids are embedded.</param>
internal sealed class ConditionProvider(ParameterScope scope, LeLmConfig config, ConditionPreparer? preparer = null)
{
    private readonly LyricsConditioner lyrics = new(Of(scope, ConditionNames.Lyrics), config);
    private readonly PromptConditioner prompt = new(Of(scope, ConditionNames.Prompt), config);
    private readonly DescriptionConditioner description = new(Of(scope, ConditionNames.Description), config);
    private readonly ConditionFuser fuser = new(config);

    /// <summary>Turns texts into ids.</summary>
    public ConditionPreparer Preparer => preparer
        ?? throw new InvalidOperationException("This model was built without tokenizers.");

    /// <summary>Texts and prompts of a batch to its prefix.</summary>
    public ConditionPrefix Encode(IReadOnlyList<SongConditions> batch)
    {
        using PreparedConditions prepared = PreparedConditions.Of(
            [.. batch.Select(Preparer.Prepare)], config, prompt.Device);
        return Embed(prepared);
    }

    /// <summary>Prepared ids of a batch to its prefix.</summary>
    public ConditionPrefix Embed(PreparedConditions conditions)
    {
        using var scope = NewDisposeScope();
        Tensor lyricsPart = lyrics.Forward(conditions.Lyrics, conditions.Sections);
        Tensor descriptionPart = description.Forward(conditions.Description);
        (Tensor firstPrompt, Tensor secondPrompt) = prompt.Forward(conditions.Prompt);
        ConditionPrefix prefix = fuser.Fuse(
            new(lyricsPart, lyricsPart), new(descriptionPart, descriptionPart), new(firstPrompt, secondPrompt));
        prefix.First.MoveToOuterDisposeScope();
        prefix.Second.MoveToOuterDisposeScope();
        return prefix;
    }

    private static ParameterScope Of(ParameterScope scope, string name) => scope.Sub("conditioners").Sub(name);
}
