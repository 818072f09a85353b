using LeVo.Core.Conditioning;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>
/// Embeds the ids of conditions, position by position, in the config's order (paper, section 3). The tables are read
/// from the checkpoint in their stored type.
/// </summary>
internal sealed class ConditionEmbedder
{
    private readonly PrefixLayout layout;
    private readonly FloatTable lyricsTokens, lyricsSections, descriptionTokens, mixedPromptEnd, trackPromptEnd;
    private readonly FloatTable[] prompt;
    private readonly int promptColumns;

    /// <param name="source">The source of the tensors.</param>
    /// <param name="tensors">The tables.</param>
    /// <param name="config">Lengths and order of the conditions.</param>
    public ConditionEmbedder(IFloatSource source, ConditionTensors tensors, LeLmConfig config)
    {
        layout = new(config);
        promptColumns = config.PromptLength - 1;
        lyricsTokens = new(source, tensors.LyricsTokens.Weight);
        lyricsSections = new(source, tensors.LyricsSections.Weight);
        descriptionTokens = new(source, tensors.DescriptionTokens.Weight);
        prompt = [.. tensors.Prompt.Select(table => new FloatTable(source, table.Weight))];
        mixedPromptEnd = new(source, tensors.MixedPromptEnd);
        trackPromptEnd = new(source, tensors.TrackPromptEnd);
    }

    /// <summary>Embeds one position of the prefix.</summary>
    /// <param name="song">The conditions' ids.</param>
    /// <param name="position">Position, from 0.</param>
    /// <param name="mixed">Receives the input of stack 1.</param>
    /// <param name="tracks">Receives the input of stack 2.</param>
    /// <param name="scratch">A buffer for one vector.</param>
    public void Embed(ConditionIds song, int position, Span<float> mixed, Span<float> tracks, Span<float> scratch)
    {
        PrefixPart part = layout.At(position);
        int index = position - part.Start;
        switch (part.Kind)
        {
            case ConditionKinds.Lyrics:
                lyricsTokens.Read(song.Lyrics[index], mixed);
                lyricsSections.Add(song.Sections[index], mixed, scratch);
                mixed.CopyTo(tracks);
                break;
            case ConditionKinds.Description:
                descriptionTokens.Read(song.Description[index], mixed);
                mixed.CopyTo(tracks);
                break;
            default:
                EmbedPrompt(song, index, mixed, tracks, scratch);
                break;
        }
    }

    private void EmbedPrompt(ConditionIds song, int index, Span<float> mixed, Span<float> tracks, Span<float> scratch)
    {
        if (index == 0)
        {
            mixedPromptEnd.Read(0, mixed);
            trackPromptEnd.Read(0, tracks);
            return;
        }
        prompt[0].Read(song.Prompt[index - 1], mixed);
        prompt[1].Read(song.Prompt[promptColumns + index - 1], tracks);
        for (int k = 2; k < prompt.Length; k++)
            prompt[k].Add(song.Prompt[k * promptColumns + index - 1], tracks, scratch);
    }
}
