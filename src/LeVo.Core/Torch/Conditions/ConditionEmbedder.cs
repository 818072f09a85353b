using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Embedding = LeVo.Core.Torch.Layers.Embedding;

namespace LeVo.Core.Torch.Conditions;

/// <summary>
/// Embeds the ids of conditions and concatenates them in the config's order (paper, section 3). Gradients flow to the
/// tables unless the caller disables them. There are no masks: attention includes padding.
/// </summary>
internal sealed class ConditionEmbedder(ParameterBuilder parameters, ConditionTensors tensors, LeLmConfig config)
{
    private readonly PrefixLayout layout = new(config);
    private readonly Embedding lyricsTokens = new(parameters, tensors.LyricsTokens);
    private readonly Embedding lyricsSections = new(parameters, tensors.LyricsSections);
    private readonly Embedding descriptionTokens = new(parameters, tensors.DescriptionTokens);
    private readonly Embedding[] prompt = [.. tensors.Prompt.Select(table => new Embedding(parameters, table))];
    private readonly Parameter mixedPromptEnd = parameters.Take(tensors.MixedPromptEnd);
    private readonly Parameter trackPromptEnd = parameters.Take(tensors.TrackPromptEnd);

    private Device Device => mixedPromptEnd.device;

    /// <summary>Embeds the prefix of a batch of songs.</summary>
    public ConditionPrefix Embed(IReadOnlyList<ConditionIds> songs)
    {
        using var scope = NewDisposeScope();
        Tensor lyrics = EmbedLyrics(songs), description = EmbedDescription(songs);
        ConditionPrefix prefix = Join(new(lyrics, lyrics), new(description, description), EmbedPrompt(songs));
        prefix.Mixed.MoveToOuterDisposeScope();
        prefix.Tracks.MoveToOuterDisposeScope();
        return prefix;
    }

    /// <summary>Lyrics tokens, each with the structure tag of its section, <c>[batch, lyrics length, width]</c>.</summary>
    internal Tensor EmbedLyrics(IReadOnlyList<ConditionIds> songs)
    {
        using var scope = NewDisposeScope();
        return lyricsTokens.Forward(Stack(songs, song => song.Lyrics))
            .Plus(lyricsSections.Forward(Stack(songs, song => song.Sections))).MoveToOuterDisposeScope();
    }

    /// <summary>Tokens of the description, <c>[batch, description length, width]</c>.</summary>
    internal Tensor EmbedDescription(IReadOnlyList<ConditionIds> songs)
    {
        using var scope = NewDisposeScope();
        return descriptionTokens.Forward(Stack(songs, song => song.Description)).MoveToOuterDisposeScope();
    }

    /// <summary>Codes of the audio prompt after an end-of-text vector, <c>[batch, prompt length, width]</c>: mixed codes for
    /// stack 1, the sum over the tracks' codes for stack 2.</summary>
    internal ConditionPrefix EmbedPrompt(IReadOnlyList<ConditionIds> songs)
    {
        using var scope = NewDisposeScope();
        Tensor ids = Stack(songs, song => song.Prompt).view(songs.Count, prompt.Length, -1);
        Tensor tracks = prompt[1].Forward(ids.select(1, 1));
        for (int k = 2; k < prompt.Length; k++)
            tracks = tracks.Plus(prompt[k].Forward(ids.select(1, k)));
        return new(
            After(mixedPromptEnd, prompt[0].Forward(ids.select(1, 0))).MoveToOuterDisposeScope(),
            After(trackPromptEnd, tracks).MoveToOuterDisposeScope());
    }

    /// <summary>Concatenates conditions in the config's order.</summary>
    internal ConditionPrefix Join(ConditionPrefix lyrics, ConditionPrefix description, ConditionPrefix prompt)
    {
        using var scope = NewDisposeScope();
        ConditionPrefix[] parts = [.. layout.Parts.Select(part => part.Kind switch
        {
            ConditionKinds.Lyrics => lyrics,
            ConditionKinds.Description => description,
            _ => prompt,
        })];
        return new(
            cat([.. parts.Select(part => part.Mixed)], 1).MoveToOuterDisposeScope(),
            cat([.. parts.Select(part => part.Tracks)], 1).MoveToOuterDisposeScope());
    }

    private Tensor Stack(IReadOnlyList<ConditionIds> songs, Func<ConditionIds, long[]> part) =>
        tensor([.. songs.SelectMany(part)], [songs.Count, part(songs[0]).Length], device: Device);

    private static Tensor After(Parameter end, Tensor embedded) =>
        cat([end.expand(embedded.size(0), 1, end.size(-1)), embedded], 1);
}
