// What Sphinx's searchtools.js defines.
declare const Search: any;
